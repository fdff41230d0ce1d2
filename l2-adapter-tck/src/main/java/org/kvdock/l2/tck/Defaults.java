package org.kvdock.l2.tck;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

/**
 * The configuration keys of an adapter and their defaults, from the two places that name them: the help, which the code
 * itself gives, and the metatype, which configuration tools show. A test of case 40 compares them.
 */
public final class Defaults {
    private static final Pattern ROW = Pattern.compile("(\\S+) .*? (?:required|default (\\S+)) .*");

    private Defaults() {}

    /**
     * @param help what {@link ConfigReader#help()} gives
     * @return the default of each key; empty for a key that has none
     */
    public static Map<String, String> ofHelp(String help) {
        Map<String, String> defaults = new TreeMap<>();
        help.lines().forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                throw new AssertionError("not a row of the help: " + line);
            }
            String given = row.group(2);
            defaults.put(row.group(1), given == null || given.equals("none") ? "" : given);
        });
        return defaults;
    }

    /**
     * @param metatype its methods are the keys, with two underscores for one; {@code name} is the framework's matter
     * @return the default of each key; empty for a key that has none, or an empty list
     */
    public static Map<String, String> ofMetatype(Class<? extends Annotation> metatype) {
        Map<String, String> defaults = new TreeMap<>();
        for (Method method : metatype.getDeclaredMethods()) {
            defaults.put(method.getName().replace("__", "_"), text(method.getDefaultValue()));
        }
        defaults.remove("name");
        return defaults;
    }

    private static String text(Object value) {
        boolean none = value == null || value.getClass().isArray() && Array.getLength(value) == 0;
        return none ? "" : value.toString();
    }

    /** Settings from a configuration. */
    @FunctionalInterface
    public interface Reader {
        /**
         * @param config the configuration
         * @return its settings, which equal those of an equal configuration only
         */
        Object read(Map<String, Object> config);
    }

    /**
     * Reads a configuration again and again, without one of its keys each time.
     *
     * @param config a value for each key, other than its default
     * @param reader reads the settings
     * @return the keys that change nothing: with or without them the settings are the same. A key without which the rest
     *     is refused counts as one that changes something
     */
    public static String idle(Map<String, Object> config, Reader reader) {
        Object all = reader.read(config);
        return config.keySet().stream().filter(key -> {
            Map<String, Object> without = new HashMap<>(config);
            without.remove(key);
            try {
                return reader.read(without).equals(all);
            } catch (BadConfigurationException e) {
                return false;
            }
        }).sorted().collect(Collectors.joining(", "));
    }
}
