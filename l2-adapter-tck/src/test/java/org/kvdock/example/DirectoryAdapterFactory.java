package org.kvdock.example;

import java.nio.file.Path;
import java.util.Map;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.TaskJournals;

/** Makes directory adapters; found by ServiceLoader. */
public final class DirectoryAdapterFactory implements L2AdapterFactory {
    @Override
    public String type() {
        return "directory";
    }

    @Override
    public String help() {
        ConfigReader config = ConfigReader.describing();
        directory(config);
        AdapterSettings.read(config);
        return config.help();
    }

    @Override
    public DirectoryAdapter create(String name, Map<String, ?> configuration, TaskJournals journals) {
        ConfigReader config = ConfigReader.of(configuration);
        // Everything is checked before anything is opened.
        Path directory = directory(config);
        AdapterSettings settings = AdapterSettings.read(config);
        return new DirectoryAdapter(name, directory, settings, journals.open(name));
    }

    private static Path directory(ConfigReader config) {
        return Path.of(config.text("directory", null, "where the chunks are kept"));
    }
}
