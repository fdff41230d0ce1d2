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
import org.kvdock.cli.lab.crash.CoveringSeed;

/** The crash campaign as a user runs it; a short one. */
class CrashIT {
    private static final int KILLS = 25;
    private static final long SECONDS = 600;
    private static final long END_SECONDS = 20;

    @TempDir
    Path directory;

    @Test
    @DisplayName("cases 103 and 104: 25 kills, at least one for each point from opening to closing and in hosts, lose nothing"
            + " and double nothing")
    void kills() throws Exception {
        Path json = directory.resolve("out.json");
        long seed = CoveringSeed.from(System.nanoTime(), KILLS);
        System.out.println("seed " + seed);
        Map<String, Long> numbers;
        List<String> arguments =
                List.of("lab", "crash", "--kills", "" + KILLS, "--seed", "" + seed, "--json", json.toString());
        try (Script script = new Script(directory, "never", arguments)) {
            assertEquals(0, script.await(SECONDS), script.said());
            assertTrue(script.errors().contains("seed " + seed), script.said());
            numbers = FlatJson.numbers(json);
        }
        String said = "seed " + seed + ": " + Files.readString(json);
        assertEquals(KILLS, numbers.get("kills"), said);
        assertEquals(seed, numbers.get("seed"), said);
        for (String none : List.of("lost", "duplicated", "fold_mismatches", "broken")) {
            assertEquals(0, numbers.get(none), said);
        }
        assertTrue(numbers.get("accepted") > 100, said);
        assertTrue(numbers.get("journal_records") > numbers.get("accepted"), said);
        assertTrue(numbers.get("reopen_ms.count") > 0, said);
        for (String meant : CoveringSeed.fields()) {
            assertTrue(numbers.getOrDefault(meant, 0L) > 0, meant + ", " + said);
        }
        assertTrue(numbers.keySet().stream().anyMatch(key -> key.startsWith("kills_hit.host")), said);
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @DisplayName("SIGTERM in the middle ends all processes within seconds and leaves nothing behind")
    void sigterm() throws Exception {
        List<String> arguments = List.of("lab", "crash", "--kills", "1000", "--seed", "1", "--verbose");
        try (Script script = new Script(directory, "kill ", arguments)) {
            assertTrue(script.awaitLine(SECONDS), script.said());
            assertTrue(script.terminate(END_SECONDS) > 0, script.said());
        }
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @DisplayName("bad usage ends with status 2 and one line that names the option, the value and what is allowed")
    void badUsage() throws Exception {
        for (List<String> bad : List.of(
                List.of("--kills", "0"), List.of("--lanes", "65"), List.of("--kills", "10", "--chain", "1"))) {
            List<String> arguments = Stream.concat(Stream.of("lab", "crash"), bad.stream()).toList();
            try (Script script = new Script(directory, "never", arguments)) {
                assertEquals(2, script.await(SECONDS), script.said());
                assertEquals(1, script.errors().size(), script.said());
                assertTrue(script.errors().get(0).contains("must be"), script.said());
            }
        }
    }
}
