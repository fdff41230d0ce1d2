package org.kvdock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.cli.ExitStatus;

class FuzzCommandTest {
    @TempDir
    private Path directory;

    private Map<String, String> json() throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(directory.resolve("out.json").toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String name = parser.currentName();
                    fields.put(name == null ? parser.getParsingContext().getParent().getCurrentName() : name, parser.getText());
                }
            }
        }
        return fields;
    }

    @Test
    @DisplayName("a campaign counts its inputs and writes them as JSON; what it reached can be kept")
    void campaign() throws IOException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        assertEquals(ExitStatus.RIGHT, FuzzCommand.run(
                "--only", "keys", "--seconds", "2", "--seed", "5", "--corpus", corpus.toString(),
                "--json", directory.resolve("out.json").toString()));
        Map<String, String> fields = json();
        assertEquals("keys", fields.get("name"));
        assertEquals("0", fields.get("findings"));
        assertEquals("5", fields.get("seed"));
        assertTrue(Long.parseLong(fields.get("inputs")) > 100, fields.toString());
        assertTrue(Double.parseDouble(fields.get("seconds")) >= 2, fields.toString());
        assertTrue(Corpus.in(corpus, Targets.named("keys").orElseThrow()).size() >= 4);
    }

    @Test
    @DisplayName("a mistake is found, its input is saved and named, and shows it again; exit status 1")
    void finding() throws IOException {
        assertEquals(ExitStatus.FAILED, FuzzCommand.run(
                "--only", "planted", "--seconds", "60", "--seed", "1", "--findings", directory.resolve("found").toString(),
                "--json", directory.resolve("out.json").toString()));
        Map<String, String> fields = json();
        assertEquals("1", fields.get("findings"));
        assertEquals("the mistake", fields.get("message"));
        Path saved = Path.of(fields.get("finding_inputs"));
        assertEquals(directory.resolve("found"), saved.getParent());
        assertTrue(saved.getFileName().toString().startsWith("planted-crash-"), saved.toString());
        assertEquals(ExitStatus.FAILED, FuzzCommand.run("--only", "planted", "--input", saved.toString()));
        Path good = Files.write(directory.resolve("good"), new byte[] {'k', 'v'});
        assertEquals(ExitStatus.RIGHT, FuzzCommand.run("--only", "planted", "--input", good.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--seconds 0", "--seconds x", "--only nothing", "--seed 0", "--json /nowhere/at/all", "--corpus /nowhere", "--input /nowhere",
        "--input pom.xml", "--unknown"
    })
    @DisplayName("bad usage is told, and nothing is started; exit status 2")
    void badUsage(String arguments) {
        assertEquals(ExitStatus.USAGE, FuzzCommand.run(arguments.split(" ")));
    }
}
