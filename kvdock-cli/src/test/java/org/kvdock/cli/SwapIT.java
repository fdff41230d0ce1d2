package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The swap campaign as a user runs it, short; by hand it does a thousand swaps. */
class SwapIT {
    private static final long SECONDS = 300;
    private static final long END_SECONDS = 40;
    private static final int SWAPS = 25;

    @TempDir
    Path directory;

    @Test
    @DisplayName("case 99, 100: 25 swaps under 8 threads of load lose no task and leave nothing behind")
    void swaps() throws Exception {
        Path json = directory.resolve("swap.json");
        Path journal = directory.resolve("journal");
        try (Script script = new Script(directory, "never", List.of(
                "lab", "swap", "--swaps", "" + SWAPS, "--json", json.toString(), "--journal", journal.toString()))) {
            assertEquals(0, script.await(SECONDS), script.said());
        }
        Map<String, Long> numbers = FlatJson.numbers(json);
        assertEquals(SWAPS, numbers.get("swaps"));
        assertTrue(numbers.get("tasks_accepted") > SWAPS, numbers.toString());
        assertEquals(numbers.get("tasks_accepted"), numbers.get("tasks_completed"));
        assertEquals(0, numbers.get("tasks_lost"));
        assertEquals(0, numbers.get("other_bundles_left_active"));
        assertEquals(0, numbers.get("fd_growth"));
        assertEquals(0, numbers.get("thread_growth"));
        assertEquals(0, numbers.get("classloader_growth"));
        assertTrue(numbers.get("blocks_read") > 0, numbers.toString());

        Path info = directory.resolve("info.json");
        try (Script script = new Script(
                directory, "never", List.of("journal", "info", "--json", info.toString(), journal.toString()))) {
            assertEquals(0, script.await(SECONDS), script.said());
        }
        assertEquals(numbers.get("tasks_accepted"), FlatJson.numbers(info).get("submitted"));
        assertEquals(0, FlatJson.numbers(info).get("open_tasks"));
    }

    @Test
    @DisplayName("SIGTERM in the middle ends the host within seconds and leaves nothing behind")
    void sigterm() throws Exception {
        try (Script script = new Script(directory, "warm, ", List.of("lab", "swap", "--swaps", "100000"))) {
            assertTrue(script.awaitLine(SECONDS), script.said());
            assertTrue(script.terminate(END_SECONDS) > 0, script.said());
        }
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @DisplayName("bad arguments of the swap campaign end with status 2 and one line")
    void badArguments() throws Exception {
        for (List<String> bad : List.of(
                List.of("--swaps", "0"), List.of("--threads", "1"), List.of("--journal", "."),
                List.of("--json", directory.toString()))) {
            List<String> arguments = new java.util.ArrayList<>(List.of("lab", "swap"));
            arguments.addAll(bad);
            try (Script script = new Script(directory, "never", arguments)) {
                assertEquals(2, script.await(SECONDS), script.said());
                assertEquals(1, script.errors().size(), script.said());
                assertTrue(script.errors().get(0).contains(bad.get(0)), script.said());
            }
        }
    }
}
