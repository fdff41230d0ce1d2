package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kvdock.cli.lab.crash.child.ChildMain;
import org.kvdock.cli.lab.crash.child.HostLoad;
import org.kvdock.cli.launch.ChildHost;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;

/**
 * A whole host: framework, components, host cache, mock adapter, journal. Its diary is a file that it appends to with
 * one write for each line, which the system keeps when the process is killed.
 */
final class HostChild implements Victim {
    private static final long DIRECT_BYTES = 256L << 20;
    /** What a task costs in a diary, about. */
    private static final int LINE_BYTES = 60;
    private static final int LOG_LINES = 20;

    private final Path diary;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private ChildHost host;
    private int exit;

    private HostChild(Path diary) {
        this.diary = diary;
    }

    /**
     * @param directory its own, not there yet
     * @param root of the journals
     */
    static HostChild start(KillPlan plan, Distribution distribution, Path directory, Path root) throws IOException {
        Files.createDirectories(directory);
        HostChild child = new HostChild(directory.resolve("diary.txt"));
        child.host = ChildHost.start(
                "host", distribution, directory, child.configurations(plan, root), DIRECT_BYTES, child::report, child::log);
        child.host.onExit().thenAccept(ended -> child.ready.complete("ended"));
        return child;
    }

    private Map<String, Map<String, Object>> configurations(KillPlan plan, Path root) {
        Map<String, Object> journals = new LinkedHashMap<>(plan.journal());
        journals.put("root", root.toString());
        Map<String, Object> adapter = new LinkedHashMap<>(plan.adapter());
        adapter.put("name", ChildMain.ADAPTER_NAME);
        Map<String, Object> load = new LinkedHashMap<>(plan.load().values());
        load.put(HostLoad.DIARY, diary.toString());
        return Map.of(
                "org.kvdock.journal.chronicle", journals,
                "org.kvdock.l2.mock~" + ChildMain.ADAPTER_NAME, adapter,
                "org.kvdock.host", Map.of("l1_max_objects", plan.load().keys() / 2 + plan.load().keysPerTask() * 8),
                HostLoad.PID, load);
    }

    private void report(String line) {
        try {
            HostEvent event = HostEvent.parse(line);
            if (event.name().equals("ready")) {
                ready.complete("");
            } else if (!event.name().equals("exit")) {
                ready.complete(line);
            }
        } catch (IOException e) {
            // A line that the kill has cut.
            log(line);
        }
    }

    private void log(String line) {
        synchronized (log) {
            log.add(line);
        }
    }

    /** @return whether its load has begun; false if it failed, or the time is over */
    boolean awaitReady(Duration most) throws InterruptedException {
        try {
            String trouble = ready.get(most.toMillis(), TimeUnit.MILLISECONDS);
            if (!trouble.isEmpty()) {
                log(trouble);
            }
            return trouble.isEmpty();
        } catch (TimeoutException | ExecutionException e) {
            log("not ready: " + e);
            return false;
        }
    }

    /** Waits until its diary tells of so many completed tasks, but not longer than this. */
    void awaitTasks(int tasks, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        // A file says nothing when it grows.
        while (tasks > 0 && System.nanoTime() - end < 0 && diary.toFile().length() < (long) tasks * LINE_BYTES) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Override
    public Life kill() throws IOException, InterruptedException {
        exit = host.kill();
        Life life = new Life(host.pid(), true);
        DiaryReader reader = new DiaryReader(life);
        String text = Files.exists(diary) ? Files.readString(diary, StandardCharsets.US_ASCII) : "";
        // What has no line end was not written to its end.
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(reader::line);
        return life;
    }

    @Override
    public int exit() {
        return exit;
    }

    @Override
    public String log() {
        synchronized (log) {
            return String.join("\n", log.subList(Math.max(0, log.size() - LOG_LINES), log.size()));
        }
    }

    @Override
    public void close() {
        try {
            host.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
