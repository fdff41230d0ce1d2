package org.kvdock.host.l1;

/** Resident entries by last use. Guarded by the lock of L1. */
final class LruList {
    private L1Entry oldest;
    private L1Entry newest;

    void addNewest(L1Entry entry) {
        entry.older = newest;
        entry.newer = null;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
    }

    void remove(L1Entry entry) {
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
    }

    void touch(L1Entry entry) {
        if (entry != newest) {
            remove(entry);
            addNewest(entry);
        }
    }

    /** @return the least recently used entry, null if there is none; go on with {@code newer} */
    L1Entry oldest() {
        return oldest;
    }

    void clear() {
        oldest = null;
        newest = null;
    }
}
