package org.kvdock.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Floors and peers that are not Java: small programs in this jar, run beside ours. */
final class Peers {
    private static final long PATIENCE_SECONDS = 120;
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\\s*([-+.eE0-9]+)");

    private Peers() {}

    /**
     * @param rounds single round trips to time
     * @return its figures by name, or empty where python3 is missing or too old
     */
    static Optional<Map<String, Double>> asyncioTasks(int rounds, Consumer<String> notes) throws Exception {
        Path script = unpacked("asyncio_tasks.py");
        return run(List.of("python3", script.toString(), Integer.toString(rounds)), notes).map(line -> {
            Map<String, Double> figures = new HashMap<>();
            for (Matcher field = FIELD.matcher(line); field.find(); ) {
                figures.put(field.group(1), Double.valueOf(field.group(2)));
            }
            return figures;
        });
    }

    /** @return p50 and p99 of an eventfd ping-pong in C in microseconds, or empty where gcc is missing */
    static Optional<double[]> eventFdPingPong(Consumer<String> notes) throws Exception {
        Path source = unpacked("eventfd_floor.c");
        Path program = source.resolveSibling("eventfd_floor");
        if (run(List.of("gcc", "-O2", "-o", program.toString(), source.toString(), "-lpthread"), notes).isEmpty()) {
            return Optional.empty();
        }
        return run(List.of(program.toString()), notes).map(line -> {
            String[] both = line.strip().split(" ");
            return new double[] {Double.parseDouble(both[0]), Double.parseDouble(both[1])};
        });
    }

    private static Optional<String> run(List<String> command, Consumer<String> notes)
            throws IOException, InterruptedException {
        Process process;
        try {
            process = Children.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        } catch (IOException e) {
            notes.accept("left out: " + e.getMessage());
            return Optional.empty();
        }
        try (InputStream out = process.getInputStream()) {
            String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                notes.accept("left out: " + command.get(0) + " failed");
                return Optional.empty();
            }
            return Optional.of(printed);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path unpacked(String resource) throws IOException {
        Path directory = Files.createTempDirectory("kvdock-bench");
        Path file = directory.resolve(resource);
        try (InputStream in = Peers.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
        for (Path gone : List.of(directory, file, directory.resolve("eventfd_floor"))) {
            gone.toFile().deleteOnExit();
        }
        return file;
    }
}
