package org.kvdock.cli.lab.crash.child;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.kvdock.l2.base.ConfigReader;

/**
 * What a child process without OSGi is told, as {@code key=value} arguments.
 *
 * @param adapterType which adapter
 * @param trap where it says that it may be killed
 * @param trapPlace from which place of the journal, {@code Class.method}; {@code any}
 * @param trapNth at which time it comes there
 * @param trapHolds whether it stays there
 * @param load the load
 * @param adapter the adapter's configuration
 * @param journal the journals' configuration
 */
record ChildSettings(
        String adapterType,
        Trap.Whose trap,
        String trapPlace,
        int trapNth,
        boolean trapHolds,
        LoadSettings load,
        Map<String, String> adapter,
        Map<String, String> journal) {
    static final String ANY = "any";
    static final String ADAPTER = "adapter.";
    static final String JOURNAL = "journal.";

    static ChildSettings of(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        ConfigReader config = ConfigReader.of(values);
        return new ChildSettings(
                config.text("adapter_type", null, "type of the adapter"),
                config.choice("trap", Trap.Whose.class, Trap.Whose.NONE, "where it says that it may be killed"),
                config.text("trap_place", ANY, "from which place of the journal"),
                config.integer("trap_nth", 1, 1, Integer.MAX_VALUE, "at which time it comes there"),
                config.flag("trap_holds", false, "whether it stays there"),
                LoadSettings.read(config),
                below(ADAPTER, values),
                below(JOURNAL, values));
    }

    private static Map<String, String> below(String prefix, Map<String, String> values) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(prefix.length()), Map.Entry::getValue));
    }
}
