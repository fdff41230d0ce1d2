package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show is what the examples are, and what a page's commands print is what it says. */
class PagesIT {
    // Tests run in the module's folder.
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = HOME.resolve("docs");
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path work;

    /** A fenced block of a page. */
    private record Block(String language, int line, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    private static List<Block> blocks(Path page, String... languages) throws IOException {
        List<Block> found = new ArrayList<>();
        Block open = null;
        int number = 0;
        for (String line : Files.readAllLines(page)) {
            number++;
            if (!line.startsWith("```")) {
                if (open != null) {
                    open.lines.add(line);
                }
            } else if (open == null) {
                open = new Block(line.substring(3), number, new ArrayList<>());
            } else {
                found.add(open);
                open = null;
            }
        }
        assertEquals(null, open, page + " ends inside a block");
        return found.stream().filter(block -> List.of(languages).contains(block.language)).toList();
    }

    @Test
    @DisplayName("write-your-own-adapter.md: each block of code stands in the example's project as it is")
    void theCodeIsTheExample() throws IOException {
        Path page = DOCS.resolve("write-your-own-adapter.md");
        List<List<String>> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ExampleProject.HOME)) {
            for (Path file : all.filter(path -> path.toString().matches(".*\\.java|.*/pom\\.xml")).toList()) {
                files.add(Files.readAllLines(file));
            }
        }
        List<Block> code = blocks(page, "java", "properties");
        assertTrue(code.size() >= 10, () -> code.size() + " blocks of code");
        for (Block block : code) {
            assertTrue(
                    files.stream().anyMatch(file -> contains(file, block.lines)),
                    () -> page.getFileName() + ":" + block.line + " is in no file of the example:\n" + block.text());
        }
    }

    /** Whether these lines follow each other there, all of them with the same indentation more or less. */
    private static boolean contains(List<String> file, List<String> lines) {
        for (int from = 0; from + lines.size() <= file.size(); from++) {
            if (outdented(file.subList(from, from + lines.size())).equals(outdented(lines))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> outdented(List<String> lines) {
        return String.join("\n", lines).stripIndent().lines().toList();
    }

    @Test
    @DisplayName("plain-java.md: the program is the example, and its commands print what the page says")
    void plainJava() throws Exception {
        Path page = DOCS.resolve("plain-java.md");
        List<Block> program = blocks(page, "java");
        assertEquals(1, program.size());
        assertEquals(Files.readString(HOME.resolve("examples/plain-java/PlainJava.java")), program.get(0).text());

        // A clone after a build, but for the journals that the commands leave.
        for (String part : List.of("kvdock-cli", "examples")) {
            Files.createSymbolicLink(work.resolve(part), HOME.resolve(part));
        }
        List<Block> commands = blocks(page, "sh");
        List<Block> printed = blocks(page, "text");
        assertEquals(2, commands.size());
        assertEquals(commands.size(), printed.size());
        for (int i = 0; i < commands.size(); i++) {
            assertEquals(printed.get(i).text(), run(commands.get(i)), page.getFileName() + ":" + commands.get(i).line);
        }
        for (String part : List.of("kvdock-cli", "examples")) {
            Files.delete(work.resolve(part));
        }
    }

    /** @return what it prints, without its errors */
    private String run(Block commands) throws Exception {
        Path output = work.resolve("output.txt");
        Path errors = work.resolve("errors.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", commands.text())
                .directory(work.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().merge(
                "PATH", Path.of(System.getProperty("java.home"), "bin").toString(), (path, java) -> java + ":" + path);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "does not end:\n" + commands.text());
            assertEquals(0, process.exitValue(), Files.readString(errors));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    @Test
    @DisplayName("every link from a page to a file or folder of this repository leads there")
    void links() throws IOException {
        List<String> dead = new ArrayList<>();
        List<Path> pages = new ArrayList<>(List.of(HOME.resolve("README.md"), HOME.resolve("l2-adapter-tck/README.md")));
        try (Stream<Path> docs = Files.list(DOCS)) {
            docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
        }
        for (Path page : pages) {
            Matcher links = Pattern.compile("]\\(([^)#\\s]+)[^)]*\\)").matcher(Files.readString(page));
            while (links.find()) {
                String target = links.group(1);
                if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
                    dead.add(HOME.relativize(page) + ": " + target);
                }
            }
        }
        assertEquals(List.of(), dead);
    }
}
