package org.kvdock.cli.lab.swap;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.launch.ChildHost;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.cli.launch.RunDirectory;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;

/** Starts the host with the campaign inside, listens to it, and reads the journals that it leaves. */
final class SwapRun implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(150);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);
    // Little, so that off-heap memory that swaps leave behind is collected often, and shows early if it is not.
    private static final long DIRECT_BYTES = 256L << 20;
    // The whole heap from the beginning: what the process grows by is then not heap.
    private static final List<String> FIXED_HEAP = List.of("-Xms512m", "-XX:+AlwaysPreTouch");
    private static final HostEvent NOTHING = new HostEvent("", Map.of(), Map.of());

    private final int swaps;
    private final int threads;
    private final long seed;
    private final PrintStream err;
    private final RunDirectory directory;
    private final Path journals;
    private final BlockingQueue<HostEvent> events = new LinkedBlockingQueue<>();
    private volatile ChildHost host;

    /** @param journal where the journals are kept; null: nowhere */
    SwapRun(int swaps, int threads, long seed, Path journal, PrintStream err) throws IOException {
        this.swaps = swaps;
        this.threads = threads;
        this.seed = seed;
        this.err = err;
        this.directory = RunDirectory.open();
        this.journals = journal == null ? directory.path().resolve("journal") : journal;
    }

    SwapResult run() throws IOException, InterruptedException {
        Files.createDirectories(journals);
        host = ChildHost.start(
                "host", Distribution.own(), directory.path().resolve("host"), configurations(), DIRECT_BYTES,
                FIXED_HEAP, this::report, line -> err.println("[host] " + line));
        host.onExit().thenAccept(ended -> events.add(broken("the host ended by itself with status " + ended.exitValue())));
        Map<SwapKind, Integer> done = new EnumMap<>(SwapKind.class);
        Histogram firstTasks = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        HostEvent last = listen(done, firstTasks);
        host.stop();
        String why = last.name().equals("done") ? "" : last.text("why");
        List<JournalInfo> all = new ArrayList<>();
        long cancelledUntold = 0;
        for (JournalDirectory journal : JournalDirectory.find(journals)) {
            all.add(JournalInfo.of(journal, JournalFold.Progress.NONE));
            cancelledUntold += Untold.cancellations(journal);
        }
        return new SwapResult(
                seed, done, firstTasks, why.isEmpty() ? last : NOTHING, JournalInfo.sum(all), cancelledUntold, why, journals);
    }

    private HostEvent listen(Map<SwapKind, Integer> done, Histogram firstTasks) throws InterruptedException {
        long nextSaid = System.nanoTime();
        int count = 0;
        for (;;) {
            HostEvent event = events.poll(SILENCE.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                return broken("the host has said nothing for " + SILENCE.toSeconds() + " s");
            }
            switch (event.name()) {
                case "warm" -> err.println("warm, swapping under " + threads + " threads of load");
                case "swapped" -> {
                    done.merge(SwapKind.valueOf(event.text("kind")), 1, Integer::sum);
                    firstTasks.recordValue(Math.min(event.number("first_task_us"), firstTasks.getHighestTrackableValue()));
                    count++;
                    if (System.nanoTime() - nextSaid >= 0) {
                        nextSaid = System.nanoTime() + SAY_EVERY.toNanos();
                        err.println(count + " of " + swaps + " swaps");
                    }
                }
                case "failed" -> {
                    return broken(event.text("component") + " failed: " + event.text("why"));
                }
                case "done", "broken" -> {
                    return event;
                }
                default -> err.println("the host says " + event);
            }
        }
    }

    private void report(String line) {
        try {
            HostEvent event = HostEvent.parse(line);
            if (!event.name().equals("exit")) {
                events.add(event);
            }
        } catch (IOException e) {
            events.add(broken(e.getMessage()));
        }
    }

    private static HostEvent broken(String why) {
        return new HostEvent("broken", Map.of(), Map.of("why", why));
    }

    private Map<String, Map<String, Object>> configurations() {
        return Map.of(
                "org.kvdock.journal.chronicle", Map.of("root", journals.toString()),
                "org.kvdock.host", Map.of("l1_max_objects", 2000),
                SwapCampaign.PID, Map.of("swaps", swaps, "threads", threads, "seed", seed));
    }

    /** Stops the host if it runs, and removes what only this run needed. May be called again, from any thread. */
    @Override
    public void close() {
        ChildHost running = host;
        if (running != null) {
            running.close();
        }
        directory.close();
    }
}
