package org.kvdock.cli.launch;

import java.io.IOException;
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

    private static void check(String pid, Map<String, Object> values, Map<String, String> pidsByName) {
        String factory = pid.split("~", 2)[0];
        if (factory.equals(HostSettings.PID)) {
            checkKeys(values, HostSettings.help());
            HostSettings.of(values);
        } else if (factory.equals(JOURNAL)) {
            ConfigReader describing = ConfigReader.describing();
            JournalSettings.read(describing);
            checkKeys(values, describing.help());
            JournalSettings.read(ConfigReader.of(values));
        } else if (factory.startsWith(ADAPTERS)) {
            check(adapters(factory), pid, values, pidsByName);
        }
    }

    private static L2AdapterFactory adapters(String pid) {
        List<L2AdapterFactory> all =
                ServiceLoader.load(L2AdapterFactory.class).stream().map(ServiceLoader.Provider::get).toList();
        return all.stream()
                .filter(one -> pid.equals(ADAPTERS + one.type()))
                .findFirst()
                .orElseThrow(() -> new BadConfigurationException("is nobody's, kvdock's own adapters are "
                        + String.join(", ", all.stream().map(one -> ADAPTERS + one.type()).sorted().toList())));
    }

    private static void check(
            L2AdapterFactory adapters, String pid, Map<String, Object> values, Map<String, String> pidsByName) {
        checkKeys(values, NAME + '\n' + adapters.help());
        String name = ConfigReader.of(values).text(NAME, null, "the adapter instance's name");
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
