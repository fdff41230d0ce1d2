package org.kvdock.l2.pd.staging;

import java.nio.ByteBuffer;

/**
 * One chunk's place in staging. Its memory belongs to whoever took it until it is given back to {@link Staging}.
 */
public final class Slot {
    final int segment;
    final long offset;
    final long taken;
    private final ByteBuffer memory;
    private int length;
    private volatile boolean loaded;

    Slot(int segment, long offset, long taken, int length, ByteBuffer memory) {
        this.segment = segment;
        this.offset = offset;
        this.taken = taken;
        this.length = length;
        this.memory = memory;
    }

    /** @return the chunk's length in bytes */
    public int length() {
        return length;
    }

    /** @return longest chunk that fits, in bytes */
    public long capacity() {
        return taken;
    }

    /**
     * The slot was taken for a chunk whose length was not known yet.
     *
     * @param length at most {@link #capacity()}
     */
    public void fit(int length) {
        if (length > taken) {
            throw new IllegalArgumentException(length + " bytes do not fit a slot of " + taken);
        }
        this.length = length;
    }

    /** @return a new view of the chunk's bytes, position 0, limit {@link #length()} */
    public ByteBuffer view() {
        return memory.duplicate().limit(length);
    }

    /** Somebody who has it locked has loaded the chunk. */
    public void markLoaded() {
        loaded = true;
    }

    /** @return whether somebody who had it locked has loaded the chunk */
    public boolean isLoaded() {
        return loaded;
    }
}
