package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.TaskKind;

class ConfigReaderTest {
    private static ConfigReader of(Object value) {
        return ConfigReader.of(Map.of("key", value));
    }

    private static final ConfigReader NOTHING = ConfigReader.of(Map.of());

    private static void refused(String message, Executable read) {
        assertEquals(message, assertThrows(BadConfigurationException.class, read).getMessage());
    }

    @Test
    void numbersInEveryForm() {
        for (Object value : List.of(7, 7L, (short) 7, 7.0, "7", " 7 ")) {
            assertEquals(7, of(value).number("key", null, 0, 10, ""));
            assertEquals(7, of(value).integer("key", null, 7, 7, ""));
        }
        assertEquals(3, NOTHING.number("key", 3L, 0, 10, ""));
        assertEquals(Long.MAX_VALUE, of("9223372036854775807").number("key", null, 0, Long.MAX_VALUE, ""));
    }

    @Test
    void badNumbersNameFieldValueAndBounds() {
        for (Object value : List.of(11, -1, "x", "", 7.5, "1e1", Double.NaN, true, 1e300, "99999999999999999999")) {
            refused(
                    "key: " + value + " is not allowed, must be a whole number from 0 to 10",
                    () -> of(value).number("key", 5L, 0, 10, ""));
        }
        refused("key: is missing, must be a whole number from 0 to 10", () -> NOTHING.number("key", null, 0, 10, ""));
    }

    @Test
    void decimals() {
        assertEquals(0.5, of("0.5").decimal("key", null, 0, 1, ""));
        assertEquals(1, of(1).decimal("key", null, 0, 1, ""));
        for (Object value : List.of("NaN", Double.NaN, 1.5, "-0.1", "half", Double.POSITIVE_INFINITY)) {
            refused(
                    "key: " + value + " is not allowed, must be a number from 0.0 to 1.0",
                    () -> of(value).decimal("key", null, 0, 1, ""));
        }
    }

    @Test
    void times() {
        assertEquals(Duration.ofMillis(250), of(250).millis("key", Duration.ofSeconds(1), ""));
        assertEquals(Duration.ofSeconds(1), NOTHING.millis("key", Duration.ofSeconds(1), ""));
        assertThrows(BadConfigurationException.class, () -> of(0).millis("key", Duration.ofSeconds(1), ""));
        assertThrows(BadConfigurationException.class, () -> of(604_800_001).millis("key", Duration.ofSeconds(1), ""));
    }

    @Test
    void texts() {
        assertEquals("a", of("a").text("key", null, ""));
        assertEquals("b", NOTHING.text("key", "b", ""));
        refused("key: an empty text is not allowed, must be text", () -> of("").text("key", "b", ""));
        refused("key: is missing, must be text", () -> NOTHING.text("key", null, ""));
        assertEquals(Optional.of("a"), of("a").optionalText("key", ""));
        assertEquals(Optional.empty(), of("").optionalText("key", ""));
        assertEquals(Optional.empty(), NOTHING.optionalText("key", ""));
    }

    @Test
    void flagsAndChoices() {
        assertTrue(of("true").flag("key", false, ""));
        assertFalse(of(false).flag("key", true, ""));
        assertTrue(NOTHING.flag("key", true, ""));
        refused("key: yes is not allowed, must be true or false", () -> of("yes").flag("key", false, ""));
        assertEquals(TaskKind.LOAD, of("load").choice("key", TaskKind.class, null, ""));
        assertEquals(TaskKind.LOAD, of("LOAD").choice("key", TaskKind.class, null, ""));
        assertEquals(TaskKind.STORE, NOTHING.choice("key", TaskKind.class, TaskKind.STORE, ""));
        refused(
                "key: move is not allowed, must be one of store, lookup, load",
                () -> of("move").choice("key", TaskKind.class, null, ""));
    }

    @Test
    void listsInEveryForm() {
        for (Object value : List.of(
                List.of(1, 2), List.of("1", "2"), new int[] {1, 2}, new String[] {"1", " 2"}, "[1, 2]", "1,2", "1, 2,")) {
            assertEquals(List.of(1, 2), of(value).integers("key", null, 1, 2, ""));
            assertEquals(List.of(1, 2), of(value).optionalIntegers("key", 1, 2, ""));
        }
        assertEquals(List.of(5), of(5).integers("key", null, 0, 9, ""));
        assertEquals(List.of(), NOTHING.optionalIntegers("key", 0, 9, ""));
        assertEquals(List.of(), of("[]").optionalIntegers("key", 0, 9, ""));
        refused(
                "key: an empty list is not allowed, must be a list of whole numbers from 0 to 9",
                () -> of(List.of()).integers("key", null, 0, 9, ""));
        refused(
                "key: 10 is not allowed, must be a list of whole numbers from 0 to 9",
                () -> of("[1, 10]").integers("key", null, 0, 9, ""));
        refused(
                "key: 10 is not allowed, must be a list of whole numbers from 0 to 9",
                () -> of("[1, 10]").optionalIntegers("key", 0, 9, ""));
    }

    @Test
    void describingNeedsNothingAndTellsEveryKey() {
        ConfigReader reader = ConfigReader.describing();
        assertTrue(reader.isDescribing());
        reader.text("a", null, "first");
        reader.number("b", null, 5, 6, "second");
        reader.choice("c", TaskKind.class, TaskKind.LOAD, "third");
        reader.integers("d", null, 1, 2, "fourth");
        reader.optionalText("e", "fifth");
        List<String> rows = reader.help().lines().toList();
        assertEquals(5, rows.size());
        assertTrue(rows.get(0).matches("a +text +required +first"), rows.get(0));
        assertTrue(rows.get(1).matches("b +5 to 6 +required +second"), rows.get(1));
        assertTrue(rows.get(2).matches("c +one of store, lookup, load +default load +third"), rows.get(2));
    }

    @Test
    void settingsOfEveryAdapterKeepTheirBounds() {
        assertEquals(AdapterSettings.DEFAULT, AdapterSettings.read(NOTHING));
        AdapterSettings read = AdapterSettings.read(ConfigReader.of(Map.of(
                "max_tasks_in_flight", "9", "store_timeout_ms", 5, "lookup_timeout_ms", 4L, "load_timeout_ms", 6)));
        assertEquals(9, read.maxTasksInFlight());
        assertEquals(Duration.ofMillis(4), read.shortestDeadline());
        assertThrows(BadConfigurationException.class, () -> AdapterSettings.read(ConfigReader.of(Map.of("workers", 0))));
    }
}
