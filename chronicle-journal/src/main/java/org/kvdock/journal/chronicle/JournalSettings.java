package org.kvdock.journal.chronicle;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

/**
 * How journals are kept.
 *
 * @param root each adapter's journal lies in a directory of its name below; made if it is not there
 * @param durability what is promised about power loss
 * @param interval how often {@link Durability#INTERVAL} syncs
 * @param rollEvery how long one file is written before the next is begun
 * @param rollBytes how long a file may become before the next is begun
 * @param checkpointEvery records between two checkpoints
 * @param retainFor how long closed files are kept; zero for ever
 * @param retainBytes how many bytes of files are kept; zero for all
 */
public record JournalSettings(
        Path root,
        Durability durability,
        Duration interval,
        Duration rollEvery,
        long rollBytes,
        int checkpointEvery,
        Duration retainFor,
        long retainBytes) {
    /** Key of the directory that holds the journals. */
    public static final String ROOT = "root";
    /** Key of the durability mode. */
    public static final String DURABILITY = "durability";

    private static final long LEAST_ROLL_BYTES = 1 << 20;

    public JournalSettings {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(rollEvery, "rollEvery");
        Objects.requireNonNull(retainFor, "retainFor");
    }

    /**
     * @param root as above
     * @return settings with everything else at its default
     */
    public static JournalSettings at(Path root) {
        return read(root, ConfigReader.describing());
    }

    /**
     * @param config a configuration
     * @return its settings
     * @throws org.kvdock.l2.BadConfigurationException if a value is missing or not allowed
     */
    public static JournalSettings read(ConfigReader config) {
        String root = config.text(ROOT, null, "directory of the journals, one below it for each adapter");
        try {
            return read(Path.of(root), config);
        } catch (InvalidPathException e) {
            throw new BadConfigurationException(ROOT, root, "a path");
        }
    }

    private static JournalSettings read(Path root, ConfigReader config) {
        return new JournalSettings(
                root,
                config.choice(DURABILITY, Durability.class, Durability.PROCESS, "process: kill -9; record: power loss too"),
                config.millis("sync_interval_ms", Duration.ofMillis(100), "durability interval: how often it syncs"),
                config.millis("roll_ms", Duration.ofHours(1), "how long one file is written"),
                config.number("roll_bytes", 1L << 30, LEAST_ROLL_BYTES, 1L << 40, "how long one file may become"),
                config.integer("checkpoint_records", 200_000, 1000, 1 << 30, "records between two checkpoints"),
                Duration.ofHours(config.number("retain_hours", 0L, 0, 24L * 365 * 100, "closed files kept; 0 for ever")),
                config.number("retain_bytes", 0L, 0, 1L << 50, "bytes of files kept; 0 for all"));
    }

    /** @return the same with another durability */
    public JournalSettings with(Durability other) {
        return new JournalSettings(
                root, other, interval, rollEvery, rollBytes, checkpointEvery, retainFor, retainBytes);
    }

    /** @return the same with other files */
    public JournalSettings withRoll(Duration every, long bytes) {
        return new JournalSettings(root, durability, interval, every, bytes, checkpointEvery, retainFor, retainBytes);
    }

    /** @return the same with other checkpoints */
    public JournalSettings withCheckpointEvery(int records) {
        return new JournalSettings(root, durability, interval, rollEvery, rollBytes, records, retainFor, retainBytes);
    }

    /** @return the same with another retention */
    public JournalSettings withRetention(Duration age, long bytes) {
        return new JournalSettings(root, durability, interval, rollEvery, rollBytes, checkpointEvery, age, bytes);
    }
}
