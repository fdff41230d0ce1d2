package org.kvdock.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final int THREADS = 4;
    private static final int EACH = 100;
    private static final long SECONDS = 60;

    @TempDir
    private Path temporary;

    @Test
    @DisplayName("a run's directory goes with it; what a killed run left goes with the next one; one in use stays")
    void sweeps() throws Exception {
        Path dead = Files.createTempDirectory(temporary, "kvdock-run-");
        Files.writeString(dead.resolve("in-use"), "");
        Files.writeString(Files.createDirectories(dead.resolve("a/b")).resolve("c"), "left behind");
        try (RunDirectory first = RunDirectory.open(temporary)) {
            assertFalse(Files.exists(dead));
            Files.writeString(first.path().resolve("file"), "in use");
            Path gone;
            try (RunDirectory second = RunDirectory.open(temporary)) {
                gone = second.path();
                assertTrue(Files.exists(gone));
            }
            assertFalse(Files.exists(gone));
            assertTrue(Files.exists(first.path().resolve("file")));
        }
    }

    /** Another process: a run that begins, sweeps and ends. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            RunDirectory.open(Path.of(arguments[0])).close();
        }
    }

    @Test
    @DisplayName("a second run of one process does not loosen the first one's hold: another process that begins sweeps neither away")
    void twoOfOneProcess() throws Exception {
        try (RunDirectory first = RunDirectory.open(temporary); RunDirectory second = RunDirectory.open(temporary)) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                            System.getProperty("java.class.path"), Other.class.getName(), temporary.toString())
                    .inheritIO()
                    .start();
            assertTrue(other.waitFor(SECONDS, TimeUnit.SECONDS), "it does not end");
            assertEquals(0, other.exitValue());
            assertTrue(Files.exists(first.path()));
            assertTrue(Files.exists(second.path()));
        }
    }

    @Test
    @DisplayName("runs that begin at the same moment do not sweep each other away")
    void manyAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                runs.add(pool.submit(() -> {
                    int lost = 0;
                    for (int i = 0; i < EACH; i++) {
                        try (RunDirectory run = RunDirectory.open(temporary)) {
                            lost += Files.exists(run.path()) ? 0 : 1;
                        }
                    }
                    return lost;
                }));
            }
            for (Future<Integer> run : runs) {
                assertEquals(0, run.get(SECONDS, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
