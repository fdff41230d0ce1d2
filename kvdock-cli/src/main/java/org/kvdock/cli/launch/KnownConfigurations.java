package org.kvdock.cli.launch;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.kvdock.host.HostSettings;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.JournalSettings;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.ConfigReader;

/**
 * Reads the configurations of kvdock's own components as these will, before anything is started: inside a framework a
 * component that refuses its configuration is a stack trace among others, and a host that waits for it.
 */
final class KnownConfigurations {
    private static final String JOURNAL = "org.kvdock.journal.chronicle";
    private static final String ADAPTERS = "org.kvdock.l2.";
    private static final String NAME = "name";
    private static final String NAME_MEANING = "the adapter instance's name, and its journal's";

    /** Factories check their configuration before they open a journal; this is thrown there. */
    private static final class ReadToTheEnd extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private KnownConfigurations() {}

    /**
     * @param all values by key by PID
     * @throws IOException if one of them would be refused, or has a key that nobody reads; one line that names PID and key
     */
    static void check(Map<String, Map<String, Object>> all) throws IOException {
        Map<String, String> pidsByName = new HashMap<>();
        for (Map.Entry<String, Map<String, Object>> one : all.entrySet()) {
            try {
                check(one.getKey(), one.getValue(), pidsByName);
            } catch (BadConfigurationException e) {
                throw new IOException(one.getKey() + ": " + e.getMessage(), e);
            }
        }
    }

    /** @return every key of kvdock's own components, by PID, for people */
    static String description() {
        StringBuilder all = new StringBuilder();
        describe(all, JOURNAL, journalHelp());
        describe(all, HostSettings.PID, HostSettings.help());
        for (L2AdapterFactory one : adapters()) {
            ConfigReader name = ConfigReader.describing();
            name.text(NAME, null, NAME_MEANING);
            describe(all, ADAPTERS + one.type() + "~NAME", name.help() + '\n' + one.help());
        }
        return all.toString();
    }

    private static void describe(StringBuilder all, String pid, String help) {
        all.append(all.isEmpty() ? "" : "\n").append(pid).append('\n');
        help.lines().forEach(line -> all.append("  ").append(line).append('\n'));
    }

    private static String journalHelp() {
        ConfigReader describing = ConfigReader.describing();
        JournalSettings.read(describing);
        return describing.help();
    }

    private static List<L2AdapterFactory> adapters() {
        return ServiceLoader.load(L2AdapterFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(L2AdapterFactory::type))
                .toList();
    }

    private static void check(String pid, Map<String, Object> values, Map<String, String> pidsByName) {
        String factory = pid.split("~", 2)[0];
        if (factory.equals(HostSettings.PID)) {
            checkKeys(values, HostSettings.help());
            HostSettings.of(values);
        } else if (factory.equals(JOURNAL)) {
            checkKeys(values, journalHelp());
            JournalSettings.read(ConfigReader.of(values));
        } else if (factory.startsWith(ADAPTERS)) {
            check(adapters(factory), pid, values, pidsByName);
        }
    }

    private static L2AdapterFactory adapters(String pid) {
        List<L2AdapterFactory> all = adapters();
        return all.stream()
                .filter(one -> pid.equals(ADAPTERS + one.type()))
                .findFirst()
                .orElseThrow(() -> new BadConfigurationException("is nobody's, kvdock's own adapters are "
                        + String.join(", ", all.stream().map(one -> ADAPTERS + one.type()).toList())));
    }

    private static void check(
            L2AdapterFactory adapters, String pid, Map<String, Object> values, Map<String, String> pidsByName) {
        checkKeys(values, NAME + '\n' + adapters.help());
        String name = ConfigReader.of(values).text(NAME, null, NAME_MEANING);
        try {
            adapters.create(name, values, opened -> {
                ChronicleJournals.checkName(opened);
                throw new ReadToTheEnd();
            });
        } catch (ReadToTheEnd e) {
            String other = pidsByName.put(name, pid);
            if (other != null) {
                throw new BadConfigurationException(NAME, name, "another one than that of " + other);
            }
        }
    }

    // Keys with a dot are the framework's: service.ranking, or how many a reference wants.
    private static void checkKeys(Map<String, Object> values, String help) {
        List<String> known = help.lines().map(line -> line.split(" ", 2)[0]).toList();
        for (String key : values.keySet()) {
            if (!known.contains(key) && key.indexOf('.') < 0) {
                throw new BadConfigurationException(key + ": is no key of this, must be one of " + String.join(", ", known));
            }
        }
    }
}
