package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

class JournalSettingsTest {
    @Test
    @DisplayName("a root that can be no path is refused as any other bad value is")
    void noPath() {
        ConfigReader config = ConfigReader.of(Map.of(JournalSettings.ROOT, "/journals\0"));
        BadConfigurationException bad = assertThrows(BadConfigurationException.class, () -> JournalSettings.read(config));
        assertTrue(bad.getMessage().startsWith("root: /journals"), bad.getMessage());
    }

    @Test
    @DisplayName("the metatype has every key that is read, with the default that it has, and no other")
    void metatype() {
        ConfigReader config = ConfigReader.describing();
        JournalSettings.read(config);
        List<String> help = config.help().lines().toList();
        for (Method key : JournalConfig.class.getDeclaredMethods()) {
            String name = key.getName().replace("__", "_");
            String row = help.stream().filter(line -> line.startsWith(name + " ")).findFirst().orElse("");
            String fallback = key.getDefaultValue() == null ? "required" : "default " + key.getDefaultValue();
            assertTrue(row.contains(fallback), name + " " + fallback + " in\n" + config.help());
        }
        assertEquals(JournalConfig.class.getDeclaredMethods().length, help.size(), "a key is missing in the metatype");
    }
}
