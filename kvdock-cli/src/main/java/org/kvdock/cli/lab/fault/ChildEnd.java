package org.kvdock.cli.lab.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kvdock.cli.lab.ChildJvm;
import org.kvdock.cli.lab.fault.child.ActorMain;

/** An end in a process of its own, which can be killed, stopped and kept short of file descriptors. */
final class ChildEnd extends End {
    private static final long END_SECONDS = 20;
    private static final int LOG_CHARS = 2000;

    private final Process process;
    private final Path log;
    private final Thread listener;
    private volatile boolean killed;

    /**
     * @param directory its own, for what it prints
     * @param descriptors most file descriptors that it may have, 0 for any number
     */
    ChildEnd(Side side, String name, Path journals, Path directory, Map<String, String> configuration, int descriptors)
            throws IOException {
        super(side, name);
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = new ArrayList<>();
        if (descriptors > 0) {
            command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
        }
        command.addAll(ChildJvm.command(ActorMain.class, directory, temporary));
        command.addAll(List.of(name, journals.toString()));
        configuration.forEach((key, value) -> command.add(key + "=" + value));
        log = directory.resolve("log.txt");
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        listener = new Thread(this::listen, "kvdock-child-end");
        listener.setDaemon(true);
        listener.start();
    }

    private void listen() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.endsWith("}")) {
                    heard(line);
                }
                // Else its writer was killed in the middle of it, and never came back from the call.
            }
        } catch (IOException e) {
            // It has ended.
        }
        ended();
    }

    @Override
    void send(String line) {
        try {
            OutputStream out = process.getOutputStream();
            synchronized (out) {
                out.write((line + '\n').getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            // It has ended, and whoever waits for an answer is told.
        }
    }

    /** Kills it with SIGKILL, and waits for its end and for all that it has said. */
    void kill() throws InterruptedException {
        killed = true;
        // Not Process.destroyForcibly, which closes our end of the pipe.
        process.toHandle().destroyForcibly();
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        listener.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    }

    /**
     * Stops it with SIGSTOP, and has it continued after that time: by a process of its own, so that it goes on also
     * where this campaign does not.
     *
     * @return ends when it goes on
     */
    Process stop(Duration time) throws IOException {
        long pid = process.pid();
        Process stopping = new ProcessBuilder(
                        "sh", "-c", "kill -STOP " + pid + " && echo stopped; sleep " + time.toMillis() / 1e3 + "; kill -CONT " + pid)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!"stopped".equals(stopping.inputReader().readLine())) {
            throw new IOException("process " + pid + " cannot be stopped");
        }
        // The signal reaches one thread after the other.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (!allStopped(pid) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        return stopping;
    }

    private static boolean allStopped(long pid) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                // The state follows the name, which is in parentheses.
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    /** @return what it has used of a processor, all threads together */
    Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    boolean wasKilled() {
        return killed;
    }

    @Override
    String log() {
        try {
            String text = Files.readString(log).strip();
            return text.isEmpty() ? "" : "; it printed: " + text.substring(Math.max(0, text.length() - LOG_CHARS));
        } catch (IOException e) {
            return "; its log cannot be read: " + e;
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void abort() {
        process.destroyForcibly();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
