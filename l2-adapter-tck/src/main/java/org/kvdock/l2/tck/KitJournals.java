package org.kvdock.l2.tck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MemoryJournal;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;

/** Journals in memory that a test can read, hold and break. Safe for all threads. */
public final class KitJournals implements TaskJournals {
    private final Map<String, MemoryJournal.Store> stores = new ConcurrentHashMap<>();
    private final Map<String, KitJournal> open = new ConcurrentHashMap<>();

    /** No journals yet. */
    public KitJournals() {}

    @Override
    public TaskJournal open(String adapter) {
        MemoryJournal.Store store = stores.computeIfAbsent(adapter, name -> new MemoryJournal.Store());
        KitJournal journal = new KitJournal(new MemoryJournal(adapter, store, TimeSource.SYSTEM), store);
        open.put(adapter, journal);
        return journal;
    }

    /**
     * @return the journal that was opened last under this name
     * @throws AssertionError if none was: an adapter opens its journal under the name that it reports
     */
    public KitJournal of(String adapter) {
        KitJournal journal = open.get(adapter);
        if (journal == null) {
            throw new AssertionError("no journal was opened under the adapter's name \"" + adapter + "\", only " + open.keySet());
        }
        return journal;
    }

    /** @return journals that hold the first records of that adapter's, as if its process had been killed there */
    public KitJournals crashedAfter(String adapter, int records) {
        KitJournals crashed = new KitJournals();
        crashed.stores.put(adapter, stores.get(adapter).first(records));
        return crashed;
    }

    /** @return how many of the journal's records say this */
    public static long count(Iterable<JournalRecord> records, Class<? extends JournalRecord> type) {
        long count = 0;
        for (JournalRecord record : records) {
            count += type.isInstance(record) ? 1 : 0;
        }
        return count;
    }

    void heal() {
        open.values().forEach(KitJournal::heal);
    }
}
