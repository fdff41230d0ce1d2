package org.kvdock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A campaign as a process of its own, and a signal. */
class SignalTest {
    private static final long SECONDS = 60;

    @TempDir
    private Path directory;

    // The lock that it holds on its directory says which that is: others may run campaigns too.
    private static Optional<Path> ownDirectory(Process process) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            for (Path fd : open.toList()) {
                Path file = Files.readSymbolicLink(fd);
                if (file.endsWith("in-use")) {
                    return Optional.of(file.getParent());
                }
            }
        }
        return Optional.empty();
    }

    @Test
    @DisplayName("SIGTERM ends a campaign and its Jazzer within seconds, and nothing is left of their files")
    void sigterm() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-cp",
                        System.getProperty("java.class.path"), "-Djava.io.tmpdir=" + directory, FuzzCommand.class.getName(),
                        "--only", "keys", "--seconds", "600", "--findings", directory.resolve("found").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.errorReader()) {
            List<String> first = new ArrayList<>();
            do {
                first.add(said.readLine());
                assertTrue(first.get(first.size() - 1) != null, "it has ended: " + first);
            } while (!first.get(first.size() - 1).startsWith("keys: "));
            Path own = ownDirectory(process).orElseThrow();
            assertTrue(Files.isDirectory(own), own.toString());
            long begin = System.nanoTime();
            while (process.descendants().findAny().isEmpty()) {
                assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS), "no Jazzer");
                Thread.onSpinWait();
            }
            List<ProcessHandle> children = process.descendants().toList();
            process.toHandle().destroy();
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
            for (ProcessHandle child : children) {
                child.onExit().get(SECONDS, TimeUnit.SECONDS);
            }
            assertFalse(Files.exists(own), own.toString());
            assertEquals(List.of(), said.lines().toList(), "it ends without a word");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
