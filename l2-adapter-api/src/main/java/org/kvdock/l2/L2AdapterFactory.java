package org.kvdock.l2;

import java.util.Map;
import org.kvdock.l2.journal.TaskJournals;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes adapters of one type without OSGi; found by {@link java.util.ServiceLoader}. In OSGi the same adapters come as
 * declarative services with the same configuration keys.
 *
 * <p>Implemented by adapters, which must outlive a minor version: new methods have a default.
 */
@ConsumerType
public interface L2AdapterFactory {
    /** @return the type, for example {@code mock} */
    String type();

    /** @return a table for people: each configuration key, its type, default and meaning */
    String help();

    /**
     * @param name the adapter instance's name; its journal has the same
     * @param configuration as the factory's {@link #help()} says; values may be of the key's type or its text
     * @param journals where its journal is opened
     * @return a running adapter; construction contacts no peer
     * @throws BadConfigurationException if a key is missing or its value is not allowed; nothing was started
     */
    L2Adapter create(String name, Map<String, ?> configuration, TaskJournals journals);
}
