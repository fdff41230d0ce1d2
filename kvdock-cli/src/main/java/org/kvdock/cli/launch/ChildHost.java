package org.kvdock.cli.launch;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A host in a child process, seen from its launcher. Safe for all threads. */
public final class ChildHost implements AutoCloseable {
    /** Longer than the child's own patience with itself. */
    private static final Duration KILL_AFTER = Duration.ofSeconds(40);

    private final String name;
    private final Process process;
    private final Writer commands;
    private final Thread reports;

    private ChildHost(String name, Process process, Consumer<String> onReport, Consumer<String> onLog) {
        this.name = name;
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.reports = pump(name + "-report", process.getInputStream(), onReport);
        pump(name + "-log", process.getErrorStream(), onLog);
    }

    /**
     * Starts the process; it reports when it is ready.
     *
     * @param name for people
     * @param distribution its jars
     * @param directory its own directory, made here; whoever gave it removes it
     * @param configurations values by key by PID
     * @param directBytes off-heap memory that it may take
     * @param onReport called with each line of its report, on a thread of its own
     * @param onLog called with each line that it prints otherwise, on another thread
     * @return the child
     * @throws IOException if it cannot be started
     */
    public static ChildHost start(
            String name,
            Distribution distribution,
            Path directory,
            Map<String, Map<String, Object>> configurations,
            long directBytes,
            Consumer<String> onReport,
            Consumer<String> onLog)
            throws IOException {
        return start(name, distribution, directory, configurations, directBytes, List.of(), onReport, onLog);
    }

    /**
     * As above, with flags of its own for the JVM.
     *
     * @param moreFlags come after those that every host has
     */
    public static ChildHost start(
            String name,
            Distribution distribution,
            Path directory,
            Map<String, Map<String, Object>> configurations,
            long directBytes,
            List<String> moreFlags,
            Consumer<String> onReport,
            Consumer<String> onLog)
            throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        Path file = directory.resolve("configurations.json");
        Configurations.write(file, configurations);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.host(directBytes, temporary));
        command.addAll(moreFlags);
        command.addAll(List.of("-cp", distribution.launcherClassPath(), HostMain.class.getName()));
        command.addAll(List.of(file.toString(), directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        // Left alone, the C library keeps an arena for each few threads, and in each what was freed there.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        return new ChildHost(name, builder.start(), onReport, onLog);
    }

    public String name() {
        return name;
    }

    /** @return its process id */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * @param line one line; lost if the child has ended
     */
    public void send(String line) {
        try {
            synchronized (commands) {
                commands.write(line);
                commands.write('\n');
                commands.flush();
            }
        } catch (IOException e) {
            // It has ended, which its exit status tells.
        }
    }

    /** @return completes when the process has ended */
    public java.util.concurrent.CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /**
     * Asks it to stop, waits until it has ended and its report is read to the end, and kills it if it does not end.
     *
     * @return its exit status, 137 if it had to be killed
     */
    public int stop() throws InterruptedException {
        send("stop");
        if (!process.waitFor(KILL_AFTER.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        reports.join(Duration.ofSeconds(5).toMillis());
        return process.exitValue();
    }

    /**
     * Kills it with SIGKILL, waits until it has ended and its report is read to the end.
     *
     * @return its exit status, 137 unless it has ended before
     */
    public int kill() throws InterruptedException {
        // Not Process.destroyForcibly, which closes our end of the report.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reports.join(Duration.ofSeconds(5).toMillis());
        return process.exitValue();
    }

    /** Stops it, also when this thread is interrupted; for ways out on which nobody asks for its exit status. */
    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Thread pump(String name, InputStream from, Consumer<String> to) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        in.lines().forEach(to);
                    } catch (IOException | java.io.UncheckedIOException e) {
                        // The stream ends with the process.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
