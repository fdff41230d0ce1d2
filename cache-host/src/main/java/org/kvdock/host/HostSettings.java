package org.kvdock.host;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

/**
 * What a host can be told. In OSGi the same keys are the configuration of PID {@value #PID}.
 *
 * @param l1MaxObjects bound on chunks in L1, readable and reserved together, kept exactly; empty: none
 * @param l1MaxBytes bound on L1's memory; empty: none but the system's
 * @param l1SlabBytes how much memory L1 takes from the system at a time
 * @param maxPrefetchesInFlight prefetches that look up or load at the same time; more wait their turn
 * @param drainDeadline how long a leaving adapter may finish what is in flight before the host closes it, which gives it
 *     its own grace on top
 */
public record HostSettings(
        OptionalLong l1MaxObjects,
        OptionalLong l1MaxBytes,
        int l1SlabBytes,
        int maxPrefetchesInFlight,
        Duration drainDeadline) {
    /** The configuration's PID. */
    public static final String PID = "org.kvdock.host";

    /** Everything at its default: L1 is bounded by the system's memory alone. */
    public static final HostSettings DEFAULT = read(ConfigReader.describing());

    /**
     * @param values the configuration; values may have the key's own type or be text
     * @return its settings
     * @throws BadConfigurationException if a value is not allowed
     */
    public static HostSettings of(Map<String, ?> values) {
        return read(ConfigReader.of(values));
    }

    /** @return a table for people: each configuration key, its type, default and meaning */
    public static String help() {
        ConfigReader reader = ConfigReader.describing();
        read(reader);
        return reader.help();
    }

    private static HostSettings read(ConfigReader config) {
        return new HostSettings(
                bound(config.number("l1_max_objects", 0L, 0, Integer.MAX_VALUE, "most chunks in L1; 0: no bound")),
                bound(config.number("l1_max_bytes", 0L, 0, 1L << 50, "most bytes of memory for L1; 0: no bound")),
                config.integer("l1_slab_bytes", 32 << 20, 1 << 12, 1 << 30, "memory that L1 takes at a time"),
                config.integer("max_prefetches_in_flight", 64, 1, 1 << 16, "prefetches at work at the same time"),
                config.millis("drain_ms", Duration.ofMillis(900), "time for a leaving adapter before it is closed"));
    }

    private static OptionalLong bound(long configured) {
        return configured == 0 ? OptionalLong.empty() : OptionalLong.of(configured);
    }
}
