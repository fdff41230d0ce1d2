package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
