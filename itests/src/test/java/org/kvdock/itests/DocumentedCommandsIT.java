package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each {@code ./kvdock} line of a code block in the README and under docs, run as it stands, in order, in one directory
 * per page. Only counts are scaled down, so that campaigns of minutes take seconds here.
 */
class DocumentedCommandsIT {

    // Tests run in the module's folder.
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 240;
    private static final Map<String, String> SCALED = Map.of(
            "--kills \\d+", "--kills 2",
            "--swaps \\d+", "--swaps 2",
            "--seconds \\d+", "--seconds 1",
            "kvdock bench", "kvdock bench --short",
            "lab fault --seed", "lab fault --only reader-gone --seed",
            "--requests \\d+", "--requests 20");

    @TempDir
    private static Path directory;

    @TestFactory
    @DisplayName("every command in the docs does what it says")
    Stream<DynamicTest> commands() throws Exception {
        // Built once, for the page that replays against it.
        Path example = new ExampleProject().bundle(Files.createDirectories(directory.resolve("example"))).toPath();
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            Path place = Files.createDirectories(directory.resolve(page.getFileName().toString()));
            Files.copy(example, place.resolve(example.getFileName()));
            writeTrace(place.resolve("conversation_trace.jsonl"));
            for (String command : commandsOf(page)) {
                tests.add(DynamicTest.dynamicTest(page.getFileName() + ": " + command, () -> run(command, place)));
            }
        }
        assertFalse(tests.isEmpty(), "the docs have commands");
        return tests.stream();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(HOME.resolve("README.md")));
        try (Stream<Path> docs = Files.list(HOME.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** Code is indented by four blanks or stands between fences; what follows two blanks and a # is for people. */
    private static List<String> commandsOf(Path page) throws IOException {
        List<String> commands = new ArrayList<>();
        boolean fenced = false;
        for (String line : Files.readAllLines(page)) {
            fenced ^= line.startsWith("```");
            if ((fenced || line.startsWith("    ")) && line.strip().startsWith("./kvdock ")) {
                commands.add(line.strip().replaceAll("\\s{2,}#.*", ""));
            }
        }
        return commands;
    }

    private static void run(String documented, Path place) throws Exception {
        String command = documented;
        for (Map.Entry<String, String> scaled : SCALED.entrySet()) {
            command = command.replaceAll(scaled.getKey(), scaled.getValue());
        }
        List<String> words = new ArrayList<>(List.of(command.split("\\s+")));
        words.set(0, HOME.resolve("kvdock").toString());
        Path output = place.resolve("output.txt");
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(place.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("KVDOCK_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> documented + " does not end");
            String said = Files.readString(output);
            // Whether a goal of speed is met is for a quiet machine to say; that everything was measured is for this test.
            int right = words.get(1).equals("bench") && said.contains(" MISSED") ? 1 : 0;
            assertEquals(right, process.exitValue(), said);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void writeTrace(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int request = 0; request < 20; request++) {
            lines.add("{\"timestamp\": " + request * 10 + ", \"input_length\": 1500, \"output_length\": 100, \"hash_ids\": [0, "
                    + (request / 2 + 1) + ", " + (request + 100) + "]}");
        }
        Files.write(file, lines);
    }
}
