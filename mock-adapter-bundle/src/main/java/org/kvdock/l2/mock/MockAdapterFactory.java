package org.kvdock.l2.mock;

import java.util.Map;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;

/** Makes mock adapters; the one way to make them, with and without OSGi. */
public final class MockAdapterFactory implements L2AdapterFactory {
    /** For {@link java.util.ServiceLoader}. */
    public MockAdapterFactory() {}

    @Override
    public String type() {
        return MockAdapter.TYPE;
    }

    @Override
    public String help() {
        ConfigReader config = ConfigReader.describing();
        MockSettings.read(config);
        return config.help();
    }

    @Override
    public MockAdapter create(String name, Map<String, ?> configuration, TaskJournals journals) {
        MockSettings settings = MockSettings.read(ConfigReader.of(configuration));
        return L2AdapterBase.over(
                journals, name, journal -> new MockAdapter(name, settings, journal, TimeSource.SYSTEM));
    }
}
