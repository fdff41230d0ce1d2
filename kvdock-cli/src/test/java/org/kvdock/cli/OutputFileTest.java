package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("a JSON file ends with one new line, so that a terminal shows it as it is")
    void newLine() throws Exception {
        Path file = directory.resolve("x.json");
        try (JsonGenerator out = OutputFile.json(file)) {
            out.writeStartObject();
            out.writeNumberField("a", 1);
            out.writeEndObject();
        }
        assertEquals("{\n  \"a\" : 1\n}\n", Files.readString(file));
    }

    @Test
    @DisplayName("only pipes have readers that go")
    void pipes() throws Exception {
        assertFalse(OutputPipe.is(Path.of("/dev/full")));
        assertFalse(OutputPipe.is(directory));
        Path pipe = Files.createSymbolicLink(directory.resolve("fd"), Path.of("pipe:[17]"));
        assertTrue(OutputPipe.is(pipe));
    }
}
