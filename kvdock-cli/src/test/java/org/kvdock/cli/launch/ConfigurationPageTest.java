package org.kvdock.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationPageTest {
    // Tests run in the module's folder.
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @TempDir
    Path directory;

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("(?s)```" + language + "\\n(.*?)```").matcher(Files.readString(PAGE)).results()
                .map(MatchResult::group)
                .map(block -> block.substring(3 + language.length() + 1, block.length() - 3))
                .toList();
    }

    @Test
    @DisplayName("configuration.md lists every key as the components describe it")
    void keys() throws Exception {
        assertEquals(List.of(Configurations.description()), blocks("text"), "./kvdock host --describe prints what must stand there");
    }

    @Test
    @DisplayName("configuration.md: a host takes each of its files")
    void files() throws Exception {
        List<String> files = blocks("json");
        assertEquals(2, files.size());
        for (String file : files) {
            assertEquals(3, Configurations.readChecked(Files.writeString(directory.resolve("host.json"), file)).size());
        }
    }
}
