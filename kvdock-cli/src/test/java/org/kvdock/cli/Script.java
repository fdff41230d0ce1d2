package org.kvdock.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code ./kvdock} as a process, on the JVM that runs the tests, with the jars as they are. */
final class Script implements AutoCloseable {
    // Tests run in the module's folder.
    private static final Path SCRIPT = Path.of("../kvdock").toAbsolutePath().normalize();

    private final Process process;
    private final Path out;
    private final List<String> errors = new ArrayList<>();
    private final CountDownLatch seen = new CountDownLatch(1);
    private final Thread reader;

    /**
     * @param directory for its output and its temporary files
     * @param awaited a line of its standard error that {@link #awaitLine} waits for
     */
    Script(Path directory, String awaited, List<String> arguments) throws IOException {
        out = directory.resolve("out.txt");
        process = builder(directory, arguments).redirectOutput(out.toFile()).start();
        process.getOutputStream().close();
        reader = new Thread(() -> read(awaited), "script-errors");
        reader.setDaemon(true);
        reader.start();
    }

    /** @return one that starts it with temporary files in there */
    static ProcessBuilder builder(Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(SCRIPT.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KVDOCK_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KVDOCK_JVM_FLAGS", "-Djava.io.tmpdir=" + temporary(directory));
        return builder;
    }

    static Path temporary(Path directory) throws IOException {
        return Files.createDirectories(directory.resolve("tmp"));
    }

    private void read(String awaited) {
        try (BufferedReader in = process.errorReader()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (errors) {
                    errors.add(line);
                }
                if (line.contains(awaited)) {
                    seen.countDown();
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
        seen.countDown();
    }

    /** Waits for the awaited line, or for the end. */
    boolean awaitLine(long seconds) throws InterruptedException {
        return seen.await(seconds, TimeUnit.SECONDS) && process.isAlive();
    }

    /** @return its exit status, -1 if it does not end in time */
    int await(long seconds) throws InterruptedException {
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        reader.join(TimeUnit.SECONDS.toMillis(5));
        return ended ? process.exitValue() : -1;
    }

    Process process() {
        return process;
    }

    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /**
     * Ends it with SIGTERM, and waits for its end and for that of all processes below it.
     *
     * @return its exit status
     * @throws TimeoutException if one of them goes on for longer than this
     */
    int terminate(long seconds) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<?>[] exits =
                children().stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        process.toHandle().destroy();
        CompletableFuture.allOf(exits).get(seconds, TimeUnit.SECONDS);
        return await(seconds);
    }

    List<String> errors() {
        synchronized (errors) {
            return List.copyOf(errors);
        }
    }

    /** @return everything that it said, for messages of failed tests */
    String said() throws IOException {
        return Files.readString(out) + String.join("\n", errors());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
