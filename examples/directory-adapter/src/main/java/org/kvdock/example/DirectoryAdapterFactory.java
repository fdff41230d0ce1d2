package org.kvdock.example;

import java.nio.file.Path;
import java.util.Map;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.TaskJournals;

/** Makes directory adapters, with and without OSGi; found by ServiceLoader. */
public final class DirectoryAdapterFactory implements L2AdapterFactory {
    private record Settings(Path directory, AdapterSettings base) {
        static Settings read(ConfigReader config) {
            return new Settings(
                    Path.of(config.text("directory", null, "where the chunks are kept; this adapter's alone")),
                    AdapterSettings.read(config));
        }
    }

    @Override
    public String type() {
        return "directory";
    }

    @Override
    public String help() {
        ConfigReader config = ConfigReader.describing();
        Settings.read(config);
        return config.help();
    }

    @Override
    public DirectoryAdapter create(String name, Map<String, ?> configuration, TaskJournals journals) {
        Settings settings = Settings.read(ConfigReader.of(configuration)); // checked before anything is opened
        return L2AdapterBase.over(
                journals, name, journal -> new DirectoryAdapter(name, settings.directory, settings.base, journal));
    }
}
