package org.kvdock.l2.base;

import java.lang.reflect.Array;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kvdock.l2.BadConfigurationException;

/**
 * Reads an adapter's configuration and describes it at once: each key is read by one call that gives its type, bounds,
 * default and meaning, so the help can neither miss a key nor lie about one. Values may have the key's own type or be
 * text, as configuration admins and command lines give them. For one thread.
 */
public final class ConfigReader {
    private final Map<String, ?> values;
    private final boolean describing;
    private final List<String> rows = new ArrayList<>();

    private ConfigReader(Map<String, ?> values, boolean describing) {
        this.values = values;
        this.describing = describing;
    }

    /**
     * @param values the configuration; keys that nobody reads are ignored, since frameworks add their own
     * @return a reader that throws {@link BadConfigurationException} at the first value that is not allowed
     */
    public static ConfigReader of(Map<String, ?> values) {
        return new ConfigReader(Map.copyOf(values), false);
    }

    /** @return a reader that gives defaults, or any legal value where there is none, and collects {@link #help()} */
    public static ConfigReader describing() {
        return new ConfigReader(Map.of(), true);
    }

    /** @return one line for each key that was read: name, type and bounds, default, meaning */
    public String help() {
        return String.join("\n", rows);
    }

    /** @return whether this reader only collects the help, so that checks over several keys can be left out */
    public boolean isDescribing() {
        return describing;
    }

    /**
     * @param key the configuration key
     * @param fallback used where the key is missing; null makes the key required
     * @param meaning one line for the help
     * @return the text, not empty
     */
    public String text(String key, String fallback, String meaning) {
        describe(key, "text", fallback, meaning);
        Object value = valueOf(key, fallback, "any", "text");
        String text = value.toString();
        if (text.isEmpty()) {
            throw new BadConfigurationException(key, "an empty text", "text");
        }
        return text;
    }

    /** As {@link #text}, for a key that may be left out. */
    public Optional<String> optionalText(String key, String meaning) {
        describe(key, "text", "none", meaning);
        return Optional.ofNullable(values.get(key)).map(Object::toString).filter(text -> !text.isEmpty());
    }

    /**
     * @param least smallest value allowed
     * @param most largest value allowed
     * @return the number
     */
    public long number(String key, Long fallback, long least, long most, String meaning) {
        String allowed = "a whole number from " + least + " to " + most;
        describe(key, least + " to " + most, fallback, meaning);
        return parse(key, valueOf(key, fallback, least, allowed), least, most, allowed);
    }

    /** As {@link #number} for values that fit an int. */
    public int integer(String key, Integer fallback, int least, int most, String meaning) {
        return (int) number(key, fallback == null ? null : fallback.longValue(), least, most, meaning);
    }

    /** A time in milliseconds, at least 1; the key's name ends with {@code _ms}. */
    public Duration millis(String key, Duration fallback, String meaning) {
        return Duration.ofMillis(number(key, fallback.toMillis(), 1, Duration.ofDays(7).toMillis(), meaning));
    }

    /**
     * @param least smallest value allowed
     * @param most largest value allowed
     * @return the number
     */
    public double decimal(String key, Double fallback, double least, double most, String meaning) {
        String allowed = "a number from " + least + " to " + most;
        describe(key, least + " to " + most, fallback, meaning);
        Object value = valueOf(key, fallback, least, allowed);
        try {
            double number = value instanceof Number given ? given.doubleValue() : Double.parseDouble(value.toString());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException(key, value, allowed);
    }

    /** @return true or false */
    public boolean flag(String key, boolean fallback, String meaning) {
        describe(key, "true or false", fallback, meaning);
        String value = valueOf(key, fallback, fallback, "true or false").toString();
        if (!value.equals("true") && !value.equals("false")) {
            throw new BadConfigurationException(key, value, "true or false");
        }
        return value.equals("true");
    }

    /**
     * @param type an enum whose constants are written in lower case
     * @param fallback used where the key is missing; null makes the key required
     * @return the constant
     */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback, String meaning) {
        String allowed = Stream.of(type.getEnumConstants()).map(ConfigReader::word).collect(Collectors.joining(", "));
        describe(key, "one of " + allowed, fallback == null ? null : word(fallback), meaning);
        Object value = valueOf(key, fallback, type.getEnumConstants()[0], "one of " + allowed);
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equals(value.toString().toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new BadConfigurationException(key, value, "one of " + allowed);
    }

    /**
     * A list of whole numbers: an array, a collection, or text such as {@code [9051, 9052]}.
     *
     * @param fallback used where the key is missing; null makes the key required
     * @return the numbers, at least one
     */
    public List<Integer> integers(String key, List<Integer> fallback, int least, int most, String meaning) {
        String allowed = "a list of whole numbers from " + least + " to " + most;
        describe(key, "list of " + least + " to " + most, fallback, meaning);
        List<Integer> numbers = parseAll(key, valueOf(key, fallback, List.of(least), allowed), least, most, allowed);
        if (numbers.isEmpty()) {
            throw new BadConfigurationException(key, "an empty list", allowed);
        }
        return numbers;
    }

    /** As {@link #integers}, for a key that may be left out or be an empty list. */
    public List<Integer> optionalIntegers(String key, int least, int most, String meaning) {
        describe(key, "list of " + least + " to " + most, "none", meaning);
        Object value = values.get(key);
        return value == null
                ? List.of()
                : parseAll(key, value, least, most, "a list of whole numbers from " + least + " to " + most);
    }

    private static List<Integer> parseAll(String key, Object value, int least, int most, String allowed) {
        List<Integer> numbers = new ArrayList<>();
        for (Object item : items(value)) {
            numbers.add((int) parse(key, item, least, most, allowed));
        }
        return List.copyOf(numbers);
    }

    private static List<Object> items(Object value) {
        if (value instanceof Collection<?> list) {
            return List.copyOf(list);
        }
        if (value.getClass().isArray()) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                items.add(Array.get(value, i));
            }
            return items;
        }
        String text = value.toString().strip();
        if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        return Stream.of(text.split(",")).map(String::strip).filter(item -> !item.isEmpty()).collect(Collectors.toList());
    }

    private static long parse(String key, Object value, long least, long most, String allowed) {
        try {
            long number = value instanceof Number given && given.doubleValue() == given.longValue()
                    ? given.longValue()
                    : Long.parseLong(value.toString().strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException(key, value, allowed);
    }

    private Object valueOf(String key, Object fallback, Object sample, String allowed) {
        Object value = values.get(key);
        if (value != null) {
            return value;
        }
        if (fallback != null) {
            return fallback;
        }
        if (describing) {
            return sample;
        }
        throw new BadConfigurationException(key + ": is missing, must be " + allowed);
    }

    private void describe(String key, String allowed, Object fallback, String meaning) {
        rows.add(String.format(
                "%-24s %-32s %-20s %s", key, allowed, fallback == null ? "required" : "default " + fallback, meaning));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
