package org.kvdock.cli.launch;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A host as a child process. Standard output carries the report, one JSON object a line; everything else goes to
 * standard error. Standard input carries commands: {@code stop} ends it, {@code why} asks what is not running,
 * {@code check} asks for an event if something has failed, every other line goes to the component that takes commands.
 * At the end of standard input it stops as well: that is how a host ends with its launcher, whatever ends that one.
 * SIGTERM stops it too.
 */
public final class HostMain {
    /** Longer than any bundle may take to drain; then the process is halted. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final int HALTED = 3;

    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    private final PrintStream report;
    private volatile EmbeddedHost host;
    // Guarded by this.
    private boolean stopped;
    private boolean clean = true;

    private HostMain(PrintStream report) {
        this.report = report;
    }

    /** @param args a file as {@link Configurations} reads, and a directory of this host's own that exists */
    public static void main(String[] args) throws InterruptedException {
        PrintStream report = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        HostMain main = new HostMain(report);
        // A host that stays alive after its main thread has failed would be worse than one that is gone.
        try {
            main.start(Path.of(args[0]), Path.of(args[1]));
        } catch (Exception e) {
            System.err.println("this host cannot start: " + e);
            main.stop();
            System.exit(1);
        }
        main.stopAsked.await();
        System.exit(main.stop() ? 0 : 1);
    }

    private void start(Path configurations, Path directory) throws Exception {
        Map<String, Map<String, Object>> read = Configurations.read(configurations);
        Channels channels = new Channels(() -> read, this::report, commands::take);
        Thread stdin = new Thread(this::readCommands, "kvdock-commands");
        stdin.setDaemon(true);
        stdin.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "kvdock-shutdown"));
        host = EmbeddedHost.start(Distribution.own(), false, directory.resolve("framework"), channels);
    }

    private void readCommands() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !line.equals("stop"); line = in.readLine()) {
                if (line.equals("why")) {
                    System.err.println(diagnosis());
                } else if (line.equals("check")) {
                    diagnosis();
                } else {
                    commands.add(line);
                }
            }
        } catch (IOException e) {
            System.err.println("the launcher cannot be heard any more: " + e.getMessage());
        }
        stopAsked.countDown();
    }

    private String diagnosis() {
        EmbeddedHost running = host;
        return running == null ? "the framework is still starting" : running.diagnosis();
    }

    // Idempotent; whoever comes second waits for the first.
    private synchronized boolean stop() {
        if (!stopped) {
            stopped = true;
            haltIfStuck();
            EmbeddedHost running = host;
            clean = running == null || running.stop(STOP_WITHIN);
            ProcessMemory.peakBytes(ProcessHandle.current().pid()).ifPresent(
                    bytes -> report("{\"event\":\"exit\",\"peak_rss_bytes\":" + bytes + ",\"clean\":" + clean + "}"));
        }
        return clean;
    }

    private static void haltIfStuck() {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        Thread.sleep(STOP_WITHIN.plusSeconds(2).toMillis());
                    } catch (InterruptedException e) {
                        return;
                    }
                    System.err.println("this host did not stop in " + STOP_WITHIN.toSeconds() + " s and is halted");
                    Runtime.getRuntime().halt(HALTED);
                },
                "kvdock-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private void report(String json) {
        synchronized (report) {
            report.println(json);
            report.flush();
        }
    }
}
