package org.kvdock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.ChronicleRuntime;

/** The benchmarks as a process of their own, and a signal. */
class SignalTest {
    private static final long SECONDS = 60;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("SIGTERM while a journal is written ends its writer too, and nothing is left of the files")
    void sigterm() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.addAll(List.of(
                "-Xmx512m", "-Djava.io.tmpdir=" + directory, "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "--only", "open"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader said = process.inputReader()) {
            List<String> first = new ArrayList<>();
            do {
                first.add(said.readLine());
                assertTrue(first.get(first.size() - 1) != null, "it has ended: " + first);
            } while (!first.get(first.size() - 1).startsWith("open: "));
            long begin = System.nanoTime();
            while (process.descendants().findAny().isEmpty()) {
                assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS), "no writer");
                Thread.onSpinWait();
            }
            try (Stream<Path> there = Files.list(directory)) {
                assertFalse(there.toList().isEmpty());
            }
            List<ProcessHandle> children = process.descendants().toList();
            process.toHandle().destroy();
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
            for (ProcessHandle child : children) {
                child.onExit().get(SECONDS, TimeUnit.SECONDS);
            }
            List<String> last = said.lines().toList();
            assertTrue(last.stream().noneMatch(each -> each.contains("Exception")), last.toString());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
