package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import org.kvdock.host.l1.Slab.Range;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/**
 * One chunk's place in L1.
 *
 * <pre>
 *  RESERVED --finish--> RESIDENT --evict, delete--> GONE
 *      `------abort, lost to another writer--------^
 * </pre>
 *
 * RESERVED: one writer may write, nobody reads. RESIDENT: found by its key, the bytes do not change. GONE: the memory is
 * free for others. All fields but the final ones are guarded by the lock of L1.
 */
public final class L1Entry {
    enum State {
        RESERVED, RESIDENT, GONE
    }

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocateDirect(0);

    final ObjectKey key;
    final int length;
    /** Null for a chunk of no bytes. */
    final Range range;

    State state = State.RESERVED;
    int readLocks;
    int pins;
    /** Neighbours by last use; null at the ends and while not RESIDENT. */
    L1Entry older;
    L1Entry newer;

    L1Entry(ObjectKey key, int length, Range range) {
        this.key = key;
        this.length = length;
        this.range = range;
    }

    public ObjectKey key() {
        return key;
    }

    /** @return the chunk's length in bytes */
    public int length() {
        return length;
    }

    /** @return a new view of the bytes, for whoever holds the reservation, to write, or a read lock, to read */
    public ByteBuffer view() {
        return range == null ? NO_BYTES.duplicate() : range.slab().memory.slice(range.offset(), length);
    }

    /** @return the same bytes for an adapter, under the same condition until its task has completed (R7) */
    public KvBuffer buffer() {
        return KvBuffer.of(view());
    }

    boolean isHeld() {
        return readLocks > 0 || pins > 0;
    }
}
