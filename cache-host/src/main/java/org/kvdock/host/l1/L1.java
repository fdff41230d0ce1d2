package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.kvdock.host.HostStatus;
import org.kvdock.host.L1FullException;
import org.kvdock.host.l1.L1Entry.State;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ObjectKey;

/**
 * The host's memory tier: chunks in off-heap memory, found by key, read-locked by any number of readers, evicted by last
 * use. Safe for all threads; no call waits for anything but the one lock and, when memory has to be taken from the
 * system, for that.
 *
 * <p>{@code lock} guards everything here, in {@link Residents}, {@link Space}, {@link Room} and {@link Holds} with all that they
 * have, and in the entries. It is a leaf: nothing is called under it, neither back to a caller nor into the system.
 *
 * <p>A chunk that is being written is not found by its key, so two writers of one key do not meet until they finish: the
 * first one's bytes stay, the other's memory is freed. A chunk with a read lock or a pin never leaves.
 *
 * <p>Temporary chunks are for a reader on this host: they are found by {@link #lockAll} only, leave with their last
 * reader, and make way for a lasting chunk of the same key.
 */
public final class L1 {
    private final ReentrantLock lock = new ReentrantLock();
    private final Residents residents = new Residents();
    private final Space space;
    private final Holds holds = new Holds();
    private final Room room;
    private final Runnable onHigh;
    private boolean closed;

    /** @param limits bounds; one that has a watermark is evicted by whoever calls {@link #evictToLow} */
    public L1(L1Limits limits) {
        this(limits, () -> {});
    }

    /**
     * @param limits bounds
     * @param onHigh called, with no lock held, by the thread that has filled L1 past its high watermark; must not block
     */
    public L1(L1Limits limits, Runnable onHigh) {
        this.space = new Space(limits);
        this.room = new Room(residents, space, holds);
        this.onHigh = onHigh;
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
                L1Entry entry = residents.findLasting(key);
                if (entry == null) {
                    return;
                }
                residents.touch(entry);
                holds.addReadLocks(entry, 1);
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
            L1Entry entry = residents.findLasting(key);
            if (entry == null) {
                return Optional.empty();
            }
            if (touch) {
                residents.touch(entry);
            }
            holds.addReadLocks(entry, 1);
            return Optional.of(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Read-locks and touches all keys or none, temporary chunks too.
     *
     * @return one entry for each key, each with one more read lock; empty if one of them cannot be read
     */
    public Optional<List<L1Entry>> lockAll(List<ObjectKey> keys) {
        lock.lock();
        try {
            requireOpen();
            List<L1Entry> locked = new ArrayList<>(keys.size());
            for (ObjectKey key : keys) {
                L1Entry entry = residents.find(key);
                if (entry == null) {
                    return Optional.empty();
                }
                locked.add(entry);
            }
            for (L1Entry entry : locked) {
                residents.touch(entry);
                holds.addReadLocks(entry, 1);
            }
            return Optional.of(locked);
        } finally {
            lock.unlock();
        }
    }

    /** Makes entries the most recently used, in order; each must be read-locked by the caller. */
    public void touch(List<L1Entry> entries) {
        lock.lock();
        try {
            entries.forEach(residents::touch);
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
                holds.addReadLocks(entry, -1);
                released(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    private void released(L1Entry entry) {
        if (entry.isHeld()) {
            return;
        }
        residents.released(entry);
        if (entry.state == State.DOOMED) {
            space.free(entry);
        } else if (entry.temporary && entry.state == State.RESIDENT) {
            room.drop(entry);
        }
    }

    /**
     * Makes room for a chunk and hands it to one writer. At capacity the least recently used chunk that nobody holds
     * leaves, one for one; where memory, or the salt's quota, is what is missing, as many as it takes.
     *
     * @param key the chunk's key; may be resident or reserved by others
     * @param length its length in bytes
     * @param temporary whether it leaves with its last reader
     * @return the reservation, to be given to {@link #finish} or {@link #abort}
     * @throws L1FullException if everything that would have to leave is held
     */
    public L1Entry reserve(ObjectKey key, int length, boolean temporary) {
        boolean high = false;
        try {
            for (boolean refused = false;;) {
                int grow;
                lock.lock();
                try {
                    requireOpen();
                    L1Entry entry = room.reserve(key, length, temporary);
                    if (entry != null) {
                        high = room.crossesHigh();
                        return entry;
                    }
                    // Refused twice: the system has nothing, and nothing can leave.
                    grow = refused ? 0 : space.claimGrowth(length);
                    if (grow == 0) {
                        throw room.full(key, length);
                    }
                } finally {
                    lock.unlock();
                }
                refused = !growBy(grow);
            }
        } finally {
            if (high) {
                onHigh.run();
            }
        }
    }

    private boolean growBy(int claimed) {
        ByteBuffer memory = Slabs.allocateMemory(claimed);
        lock.lock();
        try {
            space.grow(claimed, memory);
            return memory != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reserves several chunks or none.
     *
     * @param keys as many as lengths
     * @param lengths their lengths in bytes
     * @return one reservation for each key
     * @throws L1FullException if not all of them find room; then none is reserved, what was evicted has left
     */
    public List<L1Entry> reserveAll(List<ObjectKey> keys, List<Integer> lengths) {
        List<L1Entry> reservations = new ArrayList<>(keys.size());
        try {
            for (int i = 0; i < keys.size(); i++) {
                reservations.add(reserve(keys.get(i), lengths.get(i), false));
            }
            return reservations;
        } catch (RuntimeException e) {
            reservations.forEach(this::abort);
            throw e;
        }
    }

    /**
     * Ends a reservation whose bytes are all there: the chunk becomes readable and most recently used, and locked in the
     * same step. If another writer of the key was faster, the reservation is freed and the other's chunk is locked; a
     * temporary chunk makes way for a lasting one.
     *
     * @param reservation what {@link #reserve} gave
     * @param locks read locks to take, at least 0
     * @return the entry that is readable now and has these locks
     */
    public L1Entry finish(L1Entry reservation, int locks) {
        lock.lock();
        try {
            requireReserved(reservation);
            room.endReservation();
            L1Entry winner = residents.find(reservation.key);
            if (winner != null && winner.temporary && !reservation.temporary) {
                displace(winner);
                winner = null;
            }
            if (closed) {
                // Nobody can find it any more; the locks keep their books all the same.
                space.free(reservation);
                winner = reservation;
            } else if (winner != null) {
                space.free(reservation);
                residents.touch(winner);
            } else {
                winner = reservation;
                residents.add(winner);
            }
            holds.addReadLocks(winner, locks);
            return winner;
        } finally {
            lock.unlock();
        }
    }

    private void displace(L1Entry entry) {
        if (entry.isHeld()) {
            residents.remove(entry);
            entry.state = State.DOOMED;
        } else {
            room.drop(entry);
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
            room.endReservation();
            space.free(reservation);
        } finally {
            lock.unlock();
        }
    }

    private static void requireReserved(L1Entry entry) {
        if (entry.state != State.RESERVED) {
            throw new IllegalStateException(entry.key + ": is " + entry.state + ", not RESERVED");
        }
    }

    /** @return the chunk with one more pin, empty if there is none that can be read */
    Optional<L1Entry> pin(ObjectKey key) {
        lock.lock();
        try {
            L1Entry entry = residents.findLasting(key);
            if (entry == null) {
                return Optional.empty();
            }
            holds.addPins(entry, 1);
            return Optional.of(entry);
        } finally {
            lock.unlock();
        }
    }

    void unpin(List<L1Entry> entries) {
        lock.lock();
        try {
            for (L1Entry entry : entries) {
                holds.addPins(entry, -1);
                released(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @return whether a read of this key would find it */
    public boolean contains(ObjectKey key) {
        lock.lock();
        try {
            return residents.find(key) != null;
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
            L1Entry entry = residents.find(key);
            if (entry == null || entry.isHeld()) {
                return false;
            }
            room.drop(entry);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets every chunk go that nobody holds. @return how many */
    public int clear() {
        lock.lock();
        try {
            int cleared = 0;
            for (L1Entry entry = residents.oldestFree(); entry != null; entry = residents.oldestFree()) {
                room.drop(entry);
                cleared++;
            }
            return cleared;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Evicts by last use until the low watermark is reached, a few at a time.
     *
     * @param most how many at the most
     * @return whether there is more to evict: call again, so that others get the lock in between
     */
    public boolean evictToLow(int most) {
        lock.lock();
        try {
            for (int i = 0; i < most; i++) {
                if (!room.evictTowardsLow()) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    public HostStatus.L1 status() {
        lock.lock();
        try {
            L1Limits limits = space.limits;
            return new HostStatus.L1(
                    residents.size(), residents.bytes(), room.reserved(), holds.entries(), holds.readLocks(), holds.pins(), room.evictions(),
                    space.memoryBytes(), limits.maxObjects() == Long.MAX_VALUE ? -1 : limits.maxObjects(),
                    limits.maxBytes() == Long.MAX_VALUE ? -1 : limits.maxBytes(), space.memoryRefused());
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
            for (L1Entry entry : residents.all()) {
                displace(entry);
            }
            space.clear();
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
