package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import org.kvdock.host.l1.Slab.Range;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/**
 * One chunk's place in L1.
 *
 * <pre>
 *  RESERVED --finish--> RESIDENT --evict, delete, last reader of a temporary one--> GONE
 *      |                    `----replaced while somebody holds it--> DOOMED --last release--^
 *      `----abort, another writer was faster------------------------------------------------^
 * </pre>
 *
 * RESERVED: one writer may write, nobody reads. RESIDENT: found by its key, the bytes do not change. DOOMED: no longer
 * found, but whoever holds it still reads it. GONE: the memory is free for others. All fields but the final ones are
 * guarded by the lock of L1.
 */
public final class L1Entry {
    enum State {
        RESERVED, RESIDENT, DOOMED, GONE
    }

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocateDirect(0);

    final ObjectKey key;
    final int length;
    final boolean temporary;
    /** Null for a chunk of no bytes. */
    final Range range;
    final SaltShare share;
    final LruList.Node byUse = new LruList.Node(this);
    final LruList.Node bySalt = new LruList.Node(this);

    State state = State.RESERVED;
    int readLocks;
    int pins;

    L1Entry(ObjectKey key, int length, boolean temporary, Range range, SaltShare share) {
        this.key = key;
        this.length = length;
        this.temporary = temporary;
        this.range = range;
        this.share = share;
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
