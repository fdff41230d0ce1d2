package org.kvdock.host.l1;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.host.l1.L1Entry.State;
import org.kvdock.l2.ObjectKey;

/** The chunks that can be found by their keys, and in which order they were used. Guarded by the lock of L1. */
final class Residents {
    private final Map<ObjectKey, L1Entry> byKey = new HashMap<>();
    private final LruList lru = new LruList();
    private long bytes;

    /** @return null if there is none */
    L1Entry find(ObjectKey key) {
        return byKey.get(key);
    }

    /** @return null if there is none, or a temporary one */
    L1Entry findLasting(ObjectKey key) {
        L1Entry entry = byKey.get(key);
        return entry == null || entry.temporary ? null : entry;
    }

    void add(L1Entry entry) {
        entry.state = State.RESIDENT;
        byKey.put(entry.key, entry);
        lru.addNewest(entry.byUse);
        entry.share.lru.addNewest(entry.bySalt);
        bytes += entry.length;
    }

    /** The caller says what becomes of it. */
    void remove(L1Entry entry) {
        byKey.remove(entry.key);
        lru.remove(entry.byUse);
        entry.share.lru.remove(entry.bySalt);
        bytes -= entry.length;
    }

    /** Does nothing for an entry that is no longer resident. */
    void touch(L1Entry entry) {
        if (entry.state == State.RESIDENT) {
            lru.touch(entry.byUse);
            entry.share.lru.touch(entry.bySalt);
        }
    }

    /** Nobody holds this one any more. Does nothing for an entry that is no longer resident. */
    void released(L1Entry entry) {
        if (entry.state == State.RESIDENT) {
            lru.released(entry.byUse);
            entry.share.lru.released(entry.bySalt);
        }
    }

    /** @return the least recently used one that nobody holds, null if there is none */
    L1Entry oldestFree() {
        return lru.oldestFree();
    }

    int size() {
        return byKey.size();
    }

    long bytes() {
        return bytes;
    }

    Collection<L1Entry> all() {
        return List.copyOf(byKey.values());
    }
}
