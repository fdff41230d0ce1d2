package org.kvdock.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {
    private static final String GOOD =
            "{\"timestamp\": 7, \"input_length\": 600, \"output_length\": 3, \"hash_ids\": [5, 6]}";

    @TempDir
    Path directory;

    @Test
    @DisplayName("requests come in file order with their ids, fields nobody knows are skipped")
    void reads() throws Exception {
        Workload workload = TraceReader.read(
                file(GOOD, "{\"new\": {\"a\": [1, {}]}, \"hash_ids\": [], \"timestamp\": 9, \"input_length\": 0, \"output_length\": 0}"),
                Integer.MAX_VALUE);
        assertEquals(2, workload.requests().size());
        Request first = workload.requests().get(0);
        assertEquals(1, first.line());
        assertEquals(7, first.arrivalMillis());
        assertEquals(2, first.size());
        assertEquals(6, first.block(1));
        assertEquals(0, workload.requests().get(1).size());
        assertEquals(2, workload.references());
        assertEquals(2, workload.distinctBlocks());
        assertEquals(2, workload.longest());
    }

    @Test
    @DisplayName("only the first requests are read where only these are asked for")
    void limit() throws Exception {
        assertEquals(1, TraceReader.read(file(GOOD, "not JSON"), 1).requests().size());
    }

    @ParameterizedTest
    @DisplayName("a bad line is told in one line that names the file, the line and what is wrong")
    @CsvSource(delimiter = '|', value = {
        "nonsense | not JSON",
        "'' | not JSON",
        "[1] | not a JSON object",
        "{\"timestamp\": 1} x | not JSON",
        "{\"timestamp\": 1} {} | something follows",
        "{\"timestamp\": 1, | not JSON",
        "{\"timestamp\": -1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [1]} | timestamp: -1",
        "{\"timestamp\": 1, \"input_length\": -5, \"output_length\": 1, \"hash_ids\": [1]} | input_length: -5",
        "{\"timestamp\": 1, \"input_length\": 5, \"output_length\": -1, \"hash_ids\": [1]} | output_length: -1",
        "{\"timestamp\": 1, \"input_length\": 1.5, \"output_length\": 1, \"hash_ids\": [1]} | input_length: 1.5",
        "{\"timestamp\": 1, \"input_length\": \"1\", \"output_length\": 1, \"hash_ids\": [1]} | input_length: 1",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": 3} | hash_ids: 3",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [-3]} | hash_ids: -3",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [3, 3]} | comes twice",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [[3]]} | hash_ids: [",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [9223372036854775808]} | hash_ids: 9223372036854775808",
        "{\"timestamp\": 1, \"input_length\": 1, \"output_length\": 1} | hash_ids: is missing",
        "{\"timestamp\": 1, \"timestamp\": 1, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": []} | not JSON",
    })
    void badLine(String line, String what) throws IOException {
        Path file = file(GOOD, line, GOOD);
        BadTraceException bad = assertThrows(BadTraceException.class, () -> TraceReader.read(file, Integer.MAX_VALUE));
        assertTrue(bad.getMessage().startsWith(file + ":2: "), bad.getMessage());
        assertTrue(bad.getMessage().contains(what.strip()), bad.getMessage());
        assertEquals(1, bad.getMessage().lines().count());
    }

    @Test
    @DisplayName("what a trace holds cannot write to the terminal by being wrong: its message has no control characters and an end")
    void harmlessMessage() throws IOException {
        String nasty = "\\u001b[2J\\n\\u2028" + "x".repeat(5000);
        Path file = file(GOOD.replace("7", '"' + nasty + '"'));
        BadTraceException bad = assertThrows(BadTraceException.class, () -> TraceReader.read(file, 1));
        assertTrue(bad.getMessage().contains("[2J"), bad.getMessage());
        assertTrue(bad.getMessage().chars().noneMatch(c -> c < ' ' || c == 0x2028), bad.getMessage());
        assertTrue(bad.getMessage().length() < 1000, () -> bad.getMessage().length() + " characters");
    }

    @Test
    @DisplayName("a line without an end is given up at the bound, not read to its end")
    void longLine() throws IOException {
        Path file = file(GOOD, " ".repeat(TraceReader.MAX_LINE_BYTES + 1));
        assertTrue(message(file).startsWith(file + ":2: longer than"), message(file));
    }

    @Test
    @DisplayName("more blocks than a request may have are refused")
    void longRequest() throws IOException {
        StringBuilder ids = new StringBuilder("0");
        for (int i = 1; i <= TraceLine.MAX_BLOCKS; i++) {
            ids.append(',').append(i);
        }
        Path file = file("{\"timestamp\":1,\"input_length\":1,\"output_length\":1,\"hash_ids\":[" + ids + "]}");
        assertTrue(message(file).contains("more than " + TraceLine.MAX_BLOCKS), message(file));
    }

    @Test
    @DisplayName("a missing file, a directory and an empty file are told by name")
    void noFile() throws IOException {
        Path missing = directory.resolve("missing");
        assertEquals(missing + ": no such file", message(missing));
        assertTrue(message(directory).startsWith(directory + ": is a directory"));
        Path empty = file();
        assertEquals(empty + ": holds no request", message(empty));
    }

    private String message(Path file) {
        return assertThrows(BadTraceException.class, () -> TraceReader.read(file, Integer.MAX_VALUE)).getMessage();
    }

    private Path file(String... lines) throws IOException {
        Path file = directory.resolve("trace.jsonl");
        return Files.writeString(file, lines.length == 0 ? "" : String.join("\n", lines) + "\n");
    }
}
