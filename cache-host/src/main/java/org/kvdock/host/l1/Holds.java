package org.kvdock.host.l1;

/** Counts who holds chunks: read locks, and pins of requests. Guarded by the lock of L1. */
final class Holds {
    private long entries;
    private long readLocks;
    private long pins;

    void addReadLocks(L1Entry entry, int count) {
        boolean before = entry.isHeld();
        entry.readLocks += count;
        readLocks += count;
        countEntry(before, entry.isHeld());
    }

    void addPins(L1Entry entry, int count) {
        boolean before = entry.isHeld();
        entry.pins += count;
        pins += count;
        countEntry(before, entry.isHeld());
    }

    private void countEntry(boolean before, boolean after) {
        entries += (after ? 1 : 0) - (before ? 1 : 0);
    }

    /** @return chunks with at least one read lock or pin */
    long entries() {
        return entries;
    }

    long readLocks() {
        return readLocks;
    }

    long pins() {
        return pins;
    }
}
