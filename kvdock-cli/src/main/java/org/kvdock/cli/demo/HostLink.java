package org.kvdock.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.kvdock.cli.launch.ChildHost;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;

/** One of the hosts: its process, and what it says of itself. Safe for all threads. */
final class HostLink implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofSeconds(90);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(2);
    private static final Duration IDLE_WITHIN = Duration.ofSeconds(20);
    private static final Duration DIAGNOSE_WITHIN = Duration.ofSeconds(2);

    private final String name;
    private final Tally tally;
    private final CompletableFuture<HostEvent> ready = new CompletableFuture<>();
    private final CompletableFuture<HostEvent> idle = new CompletableFuture<>();
    private volatile HostEvent exit;
    private volatile boolean stopping;
    private ChildHost child;

    private HostLink(String name, Tally tally) {
        this.name = name;
        this.tally = tally;
    }

    /**
     * @param name for people, and the name of its directory
     * @param tally is given what it reports of requests, and told when it breaks
     * @param log takes its other lines
     * @return the host, starting
     */
    static HostLink start(
            String name,
            Distribution distribution,
            Path directory,
            Map<String, Map<String, Object>> configurations,
            long directBytes,
            Tally tally,
            Consumer<String> log)
            throws IOException {
        HostLink link = new HostLink(name, tally);
        link.child = ChildHost.start(
                name,
                distribution,
                directory.resolve(name),
                configurations,
                directBytes,
                link::report,
                line -> log.accept("[" + name + "] " + line));
        link.child.onExit().thenAccept(link::ended);
        return link;
    }

    private void report(String line) {
        try {
            HostEvent event = HostEvent.parse(line);
            switch (event.name()) {
                case "ready" -> ready.complete(event);
                case "stored" -> tally.stored(event);
                case "read" -> tally.read(event);
                case "idle" -> idle.complete(event);
                case "exit" -> exit = event;
                case "failed" -> broken(event.text("component") + " failed: " + event.text("why"));
                case "broken" -> broken(event.text("why"));
                default -> broken("an event that nobody knows: " + line);
            }
        } catch (IOException | IllegalStateException e) {
            broken(e.getMessage());
        }
    }

    private void ended(Process process) {
        if (!stopping) {
            broken("ended by itself with status " + process.exitValue());
        }
    }

    private void broken(String why) {
        String text = name + ": " + why;
        tally.broken(text);
        ready.completeExceptionally(new IOException(text));
        idle.completeExceptionally(new IOException(text));
    }

    String name() {
        return name;
    }

    /** @throws IOException if it does not come up, and why; or else what waits inside for what is in its log then */
    void awaitReady() throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + START_WITHIN.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            try {
                await(ready, CHECK_EVERY);
                return;
            } catch (TimeoutException e) {
                // It says so when something inside has failed.
                child.send("check");
            }
        }
        child.send("why");
        // For its answer to come through the log; it ends sooner if the host does.
        child.onExit().copy().completeOnTimeout(null, DIAGNOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
        throw new IOException(name + ": has not come up in " + START_WITHIN.toSeconds() + " s");
    }

    void send(String command) {
        child.send(command);
    }

    /**
     * @return what its L1 holds now that nothing is going on
     * @throws IOException if it does not come to rest
     */
    HostEvent awaitIdle() throws IOException, InterruptedException {
        try {
            return await(idle, IDLE_WITHIN);
        } catch (TimeoutException e) {
            throw new IOException(name + ": has not come to rest for " + IDLE_WITHIN.toSeconds() + " s", e);
        }
    }

    private static HostEvent await(CompletableFuture<HostEvent> event, Duration most)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return event.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    /** @return its exit status, 0 if it stopped as it should */
    int stop() throws InterruptedException {
        stopping = true;
        return child.stop();
    }

    /** @return the most memory it has had; empty if it did not live to say */
    OptionalLong peakBytes() {
        HostEvent said = exit;
        return said == null ? OptionalLong.empty() : OptionalLong.of(said.number("peak_rss_bytes"));
    }

    @Override
    public void close() {
        stopping = true;
        child.close();
    }
}
