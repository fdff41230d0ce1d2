package org.kvdock.itests.restart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kvdock.journal.chronicle.ChronicleRuntime;

/** A {@link WarmReceiver} in its process. */
final class ReceiverProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;
    final int initPort;
    final int allocPort;
    final int recoveredChunks;
    final long recoveredBytes;
    final long recoveryMicros;
    /** From the start of the process to its readiness. */
    final long readyMillis;

    ReceiverProcess(Path journals, Path staging, long bytes, int initPort, int allocPort) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.add("-Djava.util.logging.config.file=" + System.getProperty("java.util.logging.config.file", ""));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), WarmReceiver.class.getName(), journals.toString(),
                staging.toString(), Long.toString(bytes), Integer.toString(initPort), Integer.toString(allocPort)));
        long start = System.nanoTime();
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        String[] ready = answer("ready").replaceAll("[\\[\\]]", "").split(" ");
        this.readyMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        this.initPort = Integer.parseInt(ready[0]);
        this.allocPort = Integer.parseInt(ready[1]);
        this.recoveredChunks = Integer.parseInt(ready[2]);
        this.recoveredBytes = Long.parseLong(ready[3]);
        this.recoveryMicros = Long.parseLong(ready[4]);
    }

    /** @return those of the chunks, each {@code NAME:LENGTH}, that it cannot load whole */
    String missing(Collection<String> chunks) throws IOException {
        in.println("verify " + String.join(" ", chunks));
        return answer("missing").strip();
    }

    // The child ends when its input does, so a wait for it is bounded by what it does before.
    private String answer(String word) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(word)) {
                return line.substring(word.length()).stripLeading();
            }
        }
        throw new IOException("the receiver ended without a word");
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Lets it end in good order. */
    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the receiver does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
