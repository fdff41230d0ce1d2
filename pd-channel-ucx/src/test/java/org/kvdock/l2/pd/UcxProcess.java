package org.kvdock.l2.pd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.tck.Caller;

/** A {@link UcxPeer} in its process, which ends with the test at the latest. */
final class UcxProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;

    UcxProcess(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-Djava.util.logging.SimpleFormatter.format=%5$s%n",
                "-cp", System.getProperty("java.class.path"), UcxPeer.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** @return what follows the word in the next line that begins with it */
    String answer(String word) {
        return Caller.within("the child's " + word, () -> {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(word + " ")) {
                    return line.substring(word.length() + 1);
                }
            }
            throw new IOException("the child ended without the word " + word + ", status " + process.waitFor());
        });
    }

    String ask(String command, String word) {
        in.println(command);
        return answer(word);
    }

    /** Sends a signal, as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + ": status " + status);
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(Caller.patience().toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
