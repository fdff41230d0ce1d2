package org.kvdock.host.l1;

import java.util.Optional;
import org.kvdock.host.L1FullException;
import org.kvdock.l2.ObjectKey;

/**
 * Makes room for new chunks: finds a place, and evicts by last use where there is none. Counts the reservations, which
 * begin and end here. Guarded by the lock of L1.
 */
final class Room {
    private final Residents residents;
    private final Space space;
    private final Holds holds;
    private long reserved;
    private long evictions;
    private boolean aboveHigh;

    Room(Residents residents, Space space, Holds holds) {
        this.residents = residents;
        this.space = space;
        this.holds = holds;
    }

    /**
     * @return a reservation; null if memory has to be taken from the system first, or there is none
     * @throws L1FullException if everything that would have to leave is held
     */
    L1Entry reserve(ObjectKey key, int length, boolean temporary) {
        if (!space.couldHold(key.salt(), length)) {
            throw full(key, length);
        }
        for (Optional<SaltShare> share = space.shareInTheWay(key.salt(), length); share.isPresent();
                share = space.shareInTheWay(key.salt(), length)) {
            if (!evict(share.get().lru.oldestFree())) {
                throw full(key, length);
            }
        }
        while (space.isFull()) {
            if (!evictOldest()) {
                throw full(key, length);
            }
        }
        Optional<L1Entry> placed = space.place(key, length, temporary);
        while (placed.isEmpty()) {
            if (space.canGrow(length) || !evictOldest()) {
                return null;
            }
            placed = space.place(key, length, temporary);
        }
        reserved++;
        return placed.get();
    }

    L1FullException full(ObjectKey key, int length) {
        return new L1FullException(String.format(
                "L1: no room for %d bytes of salt '%s', which has %d: %d chunks, of which %d are locked, and %d reserved ones"
                        + " hold %d bytes; bounds are %s",
                length, key.salt(), space.bytesOf(key.salt()), residents.size(), holds.entries(), reserved,
                space.memoryBytes(), space.limits));
    }

    /** A reservation becomes something else: resident, or nothing. */
    void endReservation() {
        reserved--;
    }

    /** @return false if nobody can leave */
    boolean evictOldest() {
        return evict(residents.oldestFree());
    }

    private boolean evict(L1Entry victim) {
        if (victim == null) {
            return false;
        }
        drop(victim);
        evictions++;
        return true;
    }

    /** A resident chunk that nobody holds leaves. */
    void drop(L1Entry entry) {
        residents.remove(entry);
        space.free(entry);
    }

    /** @return true once for each time that the high watermark is passed */
    boolean crossesHigh() {
        if (aboveHigh || space.limits.highPercent() >= 100 || !space.isAbove(space.limits.highPercent())) {
            return false;
        }
        aboveHigh = true;
        return true;
    }

    /** @return whether one chunk has left for the low watermark, and another may have to */
    boolean evictTowardsLow() {
        aboveHigh = space.isAbove(space.limits.lowPercent()) && evictOldest();
        return aboveHigh;
    }

    long reserved() {
        return reserved;
    }

    long evictions() {
        return evictions;
    }
}
