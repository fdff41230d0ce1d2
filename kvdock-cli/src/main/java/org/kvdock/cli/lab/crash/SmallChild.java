package org.kvdock.cli.lab.crash;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.kvdock.cli.lab.ChildJvm;
import org.kvdock.cli.lab.crash.child.ChildMain;

/**
 * The small process: an adapter on a journal, without OSGi. Its diary comes through a pipe, which keeps what was
 * written to it when the writer is killed; a thread of this process takes it from there into a life and into a file.
 */
final class SmallChild implements Victim {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final Duration END = Duration.ofSeconds(30);
    private static final int LOG_CHARS = 2000;

    private final Process process;
    private final Path log;
    private final Thread listener;
    // Guarded by itself; the listener fills it.
    private final Life life;
    private boolean ended;
    private IOException failure;

    private SmallChild(Process process, Path diary, Path log) {
        this.process = process;
        this.log = log;
        this.life = new Life(process.pid(), false);
        this.listener = new Thread(() -> listen(diary), "kvdock-diary");
        listener.setDaemon(true);
        listener.start();
    }

    /**
     * @param arguments as {@link KillPlan#arguments} gives them
     * @param directory the child's own, for its diary and its log
     * @param temporary where it may put files that nobody needs afterwards
     */
    static SmallChild start(List<String> arguments, Path directory, Path temporary) throws IOException {
        Files.createDirectories(directory);
        Files.createDirectories(temporary);
        List<String> command = ChildJvm.command(ChildMain.class, directory, temporary);
        command.addAll(arguments);
        Path log = directory.resolve("log.txt");
        Files.write(directory.resolve("arguments.txt"), arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                .directory(new File(directory.toString()));
        return new SmallChild(builder.start(), directory.resolve("diary.txt"), log);
    }

    private void listen(Path diary) {
        DiaryReader reader = new DiaryReader(life);
        byte[] chunk = new byte[CHUNK_BYTES];
        StringBuilder line = new StringBuilder();
        try (InputStream in = process.getInputStream();
                OutputStream kept = Files.newOutputStream(diary)) {
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                kept.write(chunk, 0, length);
                synchronized (life) {
                    // What has no line end was not written to its end: its writer never came back from the call.
                    for (int i = 0; i < length; i++) {
                        if (chunk[i] == '\n') {
                            reader.line(line.toString());
                            line.setLength(0);
                        } else {
                            line.append((char) (chunk[i] & 0xFF));
                        }
                    }
                    life.notifyAll();
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        synchronized (life) {
            ended = true;
            life.notifyAll();
        }
    }

    /**
     * Waits until it has said something.
     *
     * @param what tells from what it has said so far
     * @param most how long
     * @return whether it has; false if it ended before, or the time is over
     */
    boolean await(Predicate<Life> what, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        synchronized (life) {
            while (!what.test(life)) {
                long left = end - System.nanoTime();
                if (ended || left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(life, left);
            }
            return true;
        }
    }

    /** @param command a line for it; lost if it has ended */
    void send(String command) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((command + '\n').getBytes(StandardCharsets.US_ASCII));
            in.flush();
        } catch (IOException e) {
            // It has ended, which its exit status tells.
        }
    }

    @Override
    public Life kill() throws IOException, InterruptedException {
        // Not Process.destroyForcibly, which closes our end of the pipe.
        process.toHandle().destroyForcibly();
        if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("process " + process.pid() + " does not end");
        }
        listener.join(END.toMillis());
        if (listener.isAlive() || failure != null) {
            throw new IOException("the diary of process " + process.pid() + " cannot be read to its end", failure);
        }
        return life;
    }

    @Override
    public int exit() {
        return process.exitValue();
    }

    @Override
    public String log() {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - LOG_CHARS));
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
