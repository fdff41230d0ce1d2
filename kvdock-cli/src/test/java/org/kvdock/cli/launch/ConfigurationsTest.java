package org.kvdock.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationsTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("what is written is read again")
    void roundTrip() throws Exception {
        Map<String, Map<String, Object>> all = Map.of(
                "a.pid", Map.of("text", "x\n\"y", "number", 1L << 40, "decimal", 0.5, "flag", true),
                "a.factory~name", Map.of("ports", List.of(1L, 2L)));
        Path file = directory.resolve("c.json");
        Configurations.write(file, all);
        assertEquals(all, Configurations.read(file));
    }

    @ParameterizedTest
    @DisplayName("what is not an object of objects of values is refused with file and line")
    @ValueSource(strings = {"\n[]", "\n{\"a\": 1}", "\n{\"a\": {\"b\": null}}", "\n{\"a\": {\"b\": {}}}",
            "\n{\"a\": {}, \"a\": {}}", "\n{\"a\": {\"b\": [[1]]}}", "\nnonsense", "\n{\"a\":"})
    void refuses(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("c.json"), text);
        IOException bad = assertThrows(IOException.class, () -> Configurations.read(file));
        assertTrue(bad.getMessage().startsWith(file + ":2: "), bad.getMessage());
        assertEquals(1, bad.getMessage().lines().count());
    }
}
