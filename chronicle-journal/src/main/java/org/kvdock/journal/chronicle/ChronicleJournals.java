package org.kvdock.journal.chronicle;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;

/**
 * Journals on Chronicle Queue, one directory for each adapter name below one root. {@link ChronicleRuntime} says what
 * the JVM must allow. Safe for all threads.
 *
 * <p>As a {@link java.util.ServiceLoader} provider it takes its settings from the system properties
 * {@code org.kvdock.journal.root} (required) and {@code org.kvdock.journal.durability}.
 */
public final class ChronicleJournals implements TaskJournals, AutoCloseable {
    /** System property with the root directory, for providers found by {@link java.util.ServiceLoader}. */
    public static final String ROOT_PROPERTY = "org.kvdock.journal.root";
    /** System property with the durability mode, for the same; {@code process} if it is not set. */
    public static final String DURABILITY_PROPERTY = "org.kvdock.journal.durability";

    // No separator, no leading dot: the name stays a plain directory below the root.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    private final Optional<JournalSettings> settings;
    private final TimeSource time;
    private final Disk disk;
    private final Set<TaskJournal> open = ConcurrentHashMap.newKeySet();

    /** Settings come from the system properties, when the first journal is opened. */
    public ChronicleJournals() {
        this(Optional.empty(), TimeSource.SYSTEM, Disk.REAL);
    }

    private ChronicleJournals(Optional<JournalSettings> settings, TimeSource time, Disk disk) {
        this.settings = settings;
        this.time = time;
        this.disk = disk;
    }

    /**
     * @param root each adapter's journal lies in a directory of its name below; made if it is not there
     * @return journals that promise to survive the process
     */
    public static ChronicleJournals at(Path root) {
        return with(JournalSettings.at(root));
    }

    /**
     * @param settings how to keep journals
     * @return journals kept so
     */
    public static ChronicleJournals with(JournalSettings settings) {
        return with(settings, TimeSource.SYSTEM);
    }

    /**
     * @param settings how to keep journals
     * @param time stamps what opening records and decides when files roll
     * @return journals kept so
     */
    public static ChronicleJournals with(JournalSettings settings, TimeSource time) {
        return with(settings, time, Disk.REAL);
    }

    static ChronicleJournals with(JournalSettings settings, TimeSource time, Disk disk) {
        return new ChronicleJournals(Optional.of(settings), time, disk);
    }

    /**
     * @param adapter an adapter instance's name
     * @throws BadConfigurationException if it cannot be a journal's
     */
    public static void checkName(String adapter) {
        if (!NAME.matcher(adapter).matches()) {
            throw new BadConfigurationException(
                    "name",
                    '"' + adapter + '"',
                    "1 to 100 letters, digits, dots, dashes and underscores, not beginning with a dot");
        }
    }

    @Override
    public TaskJournal open(String adapter) {
        checkName(adapter);
        JournalSettings how = settings.orElseGet(ChronicleJournals::fromProperties);
        TaskJournal[] journal = new TaskJournal[1];
        journal[0] = ChronicleJournal.open(adapter, how, time, disk, () -> open.remove(journal[0]));
        open.add(journal[0]);
        return journal[0];
    }

    private static JournalSettings fromProperties() {
        String root = System.getProperty(ROOT_PROPERTY, "");
        if (root.isEmpty()) {
            throw new BadConfigurationException(ROOT_PROPERTY + ": is missing, must be the directory for journals");
        }
        try {
            return JournalSettings.read(ConfigReader.of(Map.of(
                    JournalSettings.ROOT, root, JournalSettings.DURABILITY, System.getProperty(DURABILITY_PROPERTY, "process"))));
        } catch (InvalidPathException e) {
            throw new BadConfigurationException(ROOT_PROPERTY, root, "the directory for journals");
        }
    }

    /** Closes the journals that are still open; their adapters get {@code journal unavailable} from then on. */
    @Override
    public void close() {
        open.forEach(TaskJournal::close);
    }
}
