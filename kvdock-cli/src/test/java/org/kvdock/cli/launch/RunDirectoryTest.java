package org.kvdock.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
