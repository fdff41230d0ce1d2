package org.kvdock.cli.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RunDirectoryTest {
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    @Test
    @DisplayName("a run's directory goes with it; what a killed run left goes with the next one; one in use stays")
    void sweeps() throws Exception {
        Path dead = Files.createTempDirectory(TEMPORARY, "kvdock-run-");
        Files.writeString(dead.resolve("in-use"), "");
        Files.writeString(Files.createDirectories(dead.resolve("a/b")).resolve("c"), "left behind");
        try (RunDirectory first = RunDirectory.open()) {
            assertFalse(Files.exists(dead));
            Files.writeString(first.path().resolve("file"), "in use");
            Path gone;
            try (RunDirectory second = RunDirectory.open()) {
                gone = second.path();
                assertTrue(Files.exists(gone));
            }
            assertFalse(Files.exists(gone));
            assertTrue(Files.exists(first.path().resolve("file")));
        }
    }
}
