package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.kvdock.host.HostStatus;
import org.kvdock.host.L1FullException;
import org.kvdock.host.l1.Slab.Range;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ObjectKey;

/**
 * The host's memory tier: chunks in off-heap memory, found by key, read-locked by any number of readers, evicted by last
 * use. Safe for all threads; no call waits for anything but the one lock and, when memory has to be taken from the
 * system, for that.
 *
 * <p>{@code lock} guards everything here, in the {@link Slabs}, the {@link LruList} and the entries. It is a leaf:
 * nothing is called under it, neither back to a caller nor into the system.
 *
 * <p>A chunk that is being written is not found by its key, so two writers of one key do not meet until they finish: the
 * first one's bytes stay, the other's memory is freed. A chunk with a read lock or a pin never leaves.
 */
public final class L1 {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ObjectKey, L1Entry> resident = new HashMap<>();
    private final LruList lru = new LruList();
    private final Slabs slabs;
    private final long maxObjects;
    private final long maxBytes;
    private long reserved;
    private long residentBytes;
    private long lockedEntries;
    private long readLocks;
    private long pins;
    private long evictions;
    private long memoryRefused;
    private boolean closed;

    /**
     * @param maxObjects bound on chunks, resident and reserved together; {@link Long#MAX_VALUE}: none
     * @param maxBytes bound on memory; {@link Long#MAX_VALUE}: none but the system's
     * @param slabBytes memory to take at a time
     */
    public L1(long maxObjects, long maxBytes, int slabBytes) {
        this.maxObjects = maxObjects;
        this.maxBytes = maxBytes;
        this.slabs = new Slabs(slabBytes, maxBytes);
    }

    /**
     * Read-locks and touches leading keys.
     *
     * @param keys a request's keys in order
     * @param locked receives the entries of the prefix, in order, each with one more read lock
     */
    public void lockPrefix(List<ObjectKey> keys, List<L1Entry> locked) {
        lock.lock();
        try {
            requireOpen();
            for (ObjectKey key : keys) {
                L1Entry entry = resident.get(key);
                if (entry == null) {
                    return;
                }
                lru.touch(entry);
                addReadLocks(entry, 1);
                locked.add(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param touch whether this counts as a use
     * @return the chunk with one more read lock, empty if there is none that can be read
     */
    public Optional<L1Entry> lock(ObjectKey key, boolean touch) {
        lock.lock();
        try {
            L1Entry entry = resident.get(key);
            if (entry == null) {
                return Optional.empty();
            }
            if (touch) {
                lru.touch(entry);
            }
            addReadLocks(entry, 1);
            return Optional.of(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Makes entries the most recently used, in order; each must be read-locked by the caller. */
    public void touch(List<L1Entry> entries) {
        lock.lock();
        try {
            entries.forEach(lru::touch);
        } finally {
            lock.unlock();
        }
    }

    /** Gives one read lock of each entry back. */
    public void unlock(List<L1Entry> entries) {
        lock.lock();
        try {
            for (L1Entry entry : entries) {
                if (entry.readLocks < 1) {
                    throw new IllegalStateException(entry.key + ": no read lock to give back");
                }
                addReadLocks(entry, -1);
            }
        } finally {
            lock.unlock();
        }
    }

    private void addReadLocks(L1Entry entry, int count) {
        boolean before = entry.isHeld();
        entry.readLocks += count;
        readLocks += count;
        countHeld(before, entry.isHeld());
    }

    private void countHeld(boolean before, boolean after) {
        lockedEntries += (after ? 1 : 0) - (before ? 1 : 0);
    }

    /**
     * Makes room for a chunk and hands it to one writer. At capacity the least recently used chunk that nobody holds
     * leaves, one for one; where memory is what is missing, as many as it takes.
     *
     * @param key the chunk's key; may be resident or reserved by others
     * @param length its length in bytes
     * @return the reservation, to be given to {@link #finish} or {@link #abort}
     * @throws L1FullException if everything that would have to leave is held
     */
    public L1Entry reserve(ObjectKey key, int length) {
        for (;;) {
            int grow;
            lock.lock();
            try {
                requireOpen();
                L1Entry entry = tryReserve(key, length);
                if (entry != null) {
                    return entry;
                }
                grow = slabs.claimGrowth(length);
                if (grow == 0) {
                    throw full(length);
                }
            } finally {
                lock.unlock();
            }
            ByteBuffer memory = Slabs.allocateMemory(grow);
            lock.lock();
            try {
                slabs.grow(grow, memory);
                memoryRefused += memory == null ? 1 : 0;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Null if memory has to be taken from the system first, or nothing can leave. */
    private L1Entry tryReserve(ObjectKey key, int length) {
        while (resident.size() + reserved >= maxObjects) {
            if (!evictOne()) {
                throw full(length);
            }
        }
        Range range = null;
        if (length > 0) {
            range = slabs.allocate(length).orElse(null);
            while (range == null) {
                if (slabs.canGrow(length) || !evictOne()) {
                    return null;
                }
                range = slabs.allocate(length).orElse(null);
            }
        }
        reserved++;
        return new L1Entry(key, length, range);
    }

    private boolean evictOne() {
        for (L1Entry entry = lru.oldest(); entry != null; entry = entry.newer) {
            if (!entry.isHeld()) {
                drop(entry);
                evictions++;
                return true;
            }
        }
        return false;
    }

    private void drop(L1Entry entry) {
        resident.remove(entry.key);
        lru.remove(entry);
        residentBytes -= entry.length;
        free(entry);
    }

    private void free(L1Entry entry) {
        entry.state = L1Entry.State.GONE;
        if (entry.range != null) {
            slabs.free(entry.range);
        }
    }

    private L1FullException full(int length) {
        return new L1FullException("L1: no room for " + length + " bytes, " + resident.size() + " chunks of which "
                + lockedEntries + " are locked and " + reserved + " reserved ones hold " + slabs.totalBytes() + " bytes");
    }

    /**
     * Ends a reservation whose bytes are all there: the chunk becomes readable and most recently used, and locked in the
     * same step. If another writer of the key was faster, the reservation is freed and the other's chunk is locked.
     *
     * @param reservation what {@link #reserve} gave
     * @param locks read locks to take, at least 0
     * @return the entry that is readable now and has these locks
     */
    public L1Entry finish(L1Entry reservation, int locks) {
        lock.lock();
        try {
            requireReserved(reservation);
            reserved--;
            L1Entry winner = resident.get(reservation.key);
            if (closed) {
                // Nobody can find it any more; the locks keep their books all the same.
                free(reservation);
                winner = reservation;
            } else if (winner != null) {
                free(reservation);
                lru.touch(winner);
            } else {
                winner = reservation;
                winner.state = L1Entry.State.RESIDENT;
                resident.put(winner.key, winner);
                lru.addNewest(winner);
                residentBytes += winner.length;
            }
            addReadLocks(winner, locks);
            return winner;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a reservation that came to nothing. No adapter may still write into it.
     *
     * @param reservation what {@link #reserve} gave
     */
    public void abort(L1Entry reservation) {
        lock.lock();
        try {
            requireReserved(reservation);
            reserved--;
            free(reservation);
        } finally {
            lock.unlock();
        }
    }

    private static void requireReserved(L1Entry entry) {
        if (entry.state != L1Entry.State.RESERVED) {
            throw new IllegalStateException(entry.key + ": is " + entry.state + ", not RESERVED");
        }
    }

    /** @return the chunk with one more pin, empty if there is none that can be read */
    Optional<L1Entry> pin(ObjectKey key) {
        lock.lock();
        try {
            L1Entry entry = resident.get(key);
            if (entry == null) {
                return Optional.empty();
            }
            addPins(entry, 1);
            return Optional.of(entry);
        } finally {
            lock.unlock();
        }
    }

    void unpin(List<L1Entry> entries) {
        lock.lock();
        try {
            entries.forEach(entry -> addPins(entry, -1));
        } finally {
            lock.unlock();
        }
    }

    private void addPins(L1Entry entry, int count) {
        boolean before = entry.isHeld();
        entry.pins += count;
        pins += count;
        countHeld(before, entry.isHeld());
    }

    /** @return whether a read of this key would find it */
    public boolean contains(ObjectKey key) {
        lock.lock();
        try {
            return resident.containsKey(key);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return false if the chunk is not there, or held by somebody; it stays then
     */
    public boolean delete(ObjectKey key) {
        lock.lock();
        try {
            L1Entry entry = resident.get(key);
            if (entry == null || entry.isHeld()) {
                return false;
            }
            drop(entry);
            return true;
        } finally {
            lock.unlock();
        }
    }

    public HostStatus.L1 status() {
        lock.lock();
        try {
            return new HostStatus.L1(
                    resident.size(), residentBytes, reserved, lockedEntries, readLocks, pins, evictions, slabs.totalBytes(),
                    maxObjects == Long.MAX_VALUE ? -1 : maxObjects, maxBytes == Long.MAX_VALUE ? -1 : maxBytes,
                    memoryRefused);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets every chunk. Locks and reservations may be given back afterwards; buffers that an adapter or reader still
     * has stay valid until it lets go of them, since memory is only freed when nobody refers to it.
     */
    public void close() {
        lock.lock();
        try {
            closed = true;
            resident.clear();
            lru.clear();
            residentBytes = 0;
            slabs.clear();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("L1 is closed");
        }
    }
}
