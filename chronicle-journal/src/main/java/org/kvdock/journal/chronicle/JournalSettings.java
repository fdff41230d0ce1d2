package org.kvdock.journal.chronicle;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.kvdock.l2.base.ConfigReader;

/**
 * How journals are kept.
 *
 * @param root each adapter's journal lies in a directory of its name below; made if it is not there
 * @param durability what is promised about power loss
 * @param interval how often {@link Durability#INTERVAL} syncs
 * @param roll how long one file is written before the next is begun
 */
public record JournalSettings(Path root, Durability durability, Duration interval, Roll roll) {
    /** Key of the directory that holds the journals. */
    public static final String ROOT = "root";

    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** How long one file is written before the next is begun. Times are of the wall clock in UTC. */
    public enum Roll {
        /** Files of five minutes. */
        FIVE_MINUTELY,
        /** Files of an hour. */
        HOURLY,
        /** Files of a day. */
        DAILY
    }

    public JournalSettings {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(roll, "roll");
    }

    /**
     * @param root as above
     * @return settings with everything else at its default
     */
    public static JournalSettings at(Path root) {
        return new JournalSettings(root, Durability.PROCESS, INTERVAL, Roll.HOURLY);
    }

    /**
     * @param config a configuration
     * @return its settings
     * @throws org.kvdock.l2.BadConfigurationException if a value is missing or not allowed
     */
    public static JournalSettings read(ConfigReader config) {
        return new JournalSettings(
                Path.of(config.text(ROOT, null, "directory that holds the journals, one below it for each adapter")),
                config.choice("durability", Durability.class, Durability.PROCESS, "what survives: process, power loss"),
                config.millis("sync_interval_ms", INTERVAL, "durability interval: how often records go to disk"),
                config.choice("roll", Roll.class, Roll.HOURLY, "how long one file is written"));
    }

    /** @return the same with another durability */
    public JournalSettings with(Durability other) {
        return new JournalSettings(root, other, interval, roll);
    }

    /** @return the same with other files */
    public JournalSettings with(Roll other) {
        return new JournalSettings(root, durability, interval, other);
    }
}
