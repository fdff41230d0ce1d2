package org.kvdock.l2.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Journals in memory, one store for each adapter name, kept for the life of this object. */
public final class MemoryJournals implements TaskJournals {
    private final Map<String, MemoryJournal.Store> stores = new ConcurrentHashMap<>();

    /** No journals yet. */
    public MemoryJournals() {}

    @Override
    public TaskJournal open(String adapter) {
        return new MemoryJournal(adapter, store(adapter), TimeSource.SYSTEM);
    }

    /**
     * @param adapter an adapter instance's name
     * @return its records; made if there are none
     */
    public MemoryJournal.Store store(String adapter) {
        return stores.computeIfAbsent(adapter, name -> new MemoryJournal.Store());
    }
}
