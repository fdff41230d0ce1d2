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
import org.junit.jupiter.params.provider.CsvSource;
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
            "\n{\"a\": {}, \"a\": {}}", "\n{\"a\": {\"b\": [[1]]}}", "\nnonsense", "\n{\"a\":", "\n{\"a\": {}} {}"})
    void refuses(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("c.json"), text);
        IOException bad = assertThrows(IOException.class, () -> Configurations.read(file));
        assertTrue(bad.getMessage().startsWith(file + ":2: "), bad.getMessage());
        assertEquals(1, bad.getMessage().lines().count());
    }

    @ParameterizedTest
    @DisplayName("for a host each value of kvdock's own components is checked before anything starts: one line with file, PID and key")
    @CsvSource(delimiter = '|', value = {
        "{'org.kvdock.host': {'l1_max_objects': -5}} | org.kvdock.host: l1_max_objects: -5 is not allowed",
        "{'org.kvdock.host': {'l1_max_object': 5}} | org.kvdock.host: l1_max_object: is no key of this, must be one of l1_high_watermark",
        "{'org.kvdock.journal.chronicle': {'root': ''}} | org.kvdock.journal.chronicle: root: an empty text is not allowed",
        "{'org.kvdock.journal.chronicle': {'root': 'j', 'durability': 'x'}} | org.kvdock.journal.chronicle: durability: x is not allowed",
        "{'org.kvdock.l2.mok~m': {'name': 'm'}} | org.kvdock.l2.mok~m: is nobody's, kvdock's own adapters are org.kvdock.l2.mock, org.kvdock.l2.pd",
        "{'org.kvdock.l2.mock~m': {}} | org.kvdock.l2.mock~m: name: is missing",
        "{'org.kvdock.l2.mock~m': {'name': '../m'}} | org.kvdock.l2.mock~m: name: \"../m\" is not allowed",
        "{'org.kvdock.l2.mock~m': {'name': 'm', 'max_size_gb': 'NaN'}} | org.kvdock.l2.mock~m: max_size_gb: NaN is not allowed",
        "{'org.kvdock.l2.mock~m': {'name': 'm'}, 'org.kvdock.l2.mock~n': {'name': 'm'}} | org.kvdock.l2.mock~n: name: m is not allowed",
        "{'org.kvdock.l2.pd~s': {'name': 's', 'role': 'king'}} | org.kvdock.l2.pd~s: role: king is not allowed",
    }, quoteCharacter = '%')
    void refusesForAHost(String text, String message) throws Exception {
        Path file = Files.writeString(directory.resolve("c.json"), text.replace('\'', '"'));
        Configurations.read(file);
        IOException bad = assertThrows(IOException.class, () -> Configurations.readChecked(file));
        assertTrue(bad.getMessage().startsWith(file + ": " + message), bad.getMessage());
        assertEquals(1, bad.getMessage().lines().count());
    }

    @Test
    @DisplayName("for a host what others bring, and what the framework reads, is left alone")
    void leavesOthersAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("c.json"), """
                {
                  "org.kvdock.journal.chronicle": {"root": "j", "service.ranking": 5},
                  "org.kvdock.host": {"l1_max_objects": "100", "StorePolicy.cardinality.minimum": 1},
                  "org.kvdock.l2.mock~m": {"name": "m", "max_size_gb": 0.1},
                  "org.kvdock.example.unknown~x": {"name": "m", "anything": true},
                  "com.example.disk~x": {"name": "m"}
                }
                """);
        assertEquals(5, Configurations.readChecked(file).size());
    }

    @ParameterizedTest
    @DisplayName("the message names the key, what was given and what is allowed")
    @CsvSource(delimiter = '|', value = {
        "{\"a.pid\": {\"port\": null}} | a.pid: port: null is not allowed, must be a text, a number, true, false or a list of these",
        "{\"a.pid\": 7} | a.pid: 7 is not allowed, must be an object of keys and values",
        "[] | the file: [ is not allowed, must be an object by PID",
        "# | the file: nothing is not allowed, must be an object by PID",
    }, commentCharacter = '%')
    void says(String text, String message) throws Exception {
        Path file = Files.writeString(directory.resolve("c.json"), text.replace("#", ""));
        IOException bad = assertThrows(IOException.class, () -> Configurations.read(file));
        assertEquals(file + ":1: " + message, bad.getMessage());
        assertEquals(directory + ": is a directory, must be a file",
                assertThrows(IOException.class, () -> Configurations.read(directory)).getMessage());
    }
}
