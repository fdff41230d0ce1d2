package org.kvdock.l2.pd.staging;

import java.nio.ByteBuffer;

/**
 * One chunk's place in staging. Its memory belongs to whoever took it until it is given back to {@link Staging}.
 */
public final class Slot {
    private static final int OFFSET_BITS = 32;

    final Segment segment;
    final long offset;
    final long taken;
    private int length;
    private int checksum;
    private volatile boolean arriving;
    private volatile boolean loaded;
    private volatile boolean read;
    private volatile boolean damaged;

    Slot(Segment segment, long offset, long taken, int length) {
        this.segment = segment;
        this.offset = offset;
        this.taken = taken;
        this.length = length;
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
        return segment == null ? ByteBuffer.allocate(0) : segment.local.memory().slice((int) offset, length);
    }

    /** @return the number of the segment that it is in, 0 for a chunk without bytes */
    public long segmentNumber() {
        return segment == null ? 0 : segment.number;
    }

    /** @return its first byte, counted from its segment's */
    public long offset() {
        return offset;
    }

    /** @return what a sender needs to open its segment, empty if none can */
    public byte[] segmentDescriptor() {
        return segment == null ? new byte[0] : segment.local.descriptor();
    }

    /** @return bytes of its segment */
    public int segmentBytes() {
        return segment == null ? 0 : segment.bytes;
    }

    /** @return where it is, as a number that means the same as long as the segment's memory lives; 0 without bytes */
    public long place() {
        return segment == null ? 0 : segment.number << OFFSET_BITS | offset;
    }

    /** @return the number of the segment that a {@link #place()} is in */
    public static long segmentOf(long place) {
        return place >>> OFFSET_BITS;
    }

    /** @return where in its segment a {@link #place()} begins */
    public static long offsetOf(long place) {
        return place & (1L << OFFSET_BITS) - 1;
    }

    /** The chunk is committed with this CRC-32C; before it is published. */
    public void setChecksum(int checksum) {
        this.checksum = checksum;
    }

    /** @return CRC-32C of the chunk */
    public int checksum() {
        return checksum;
    }

    /**
     * @param arriving whether the chunk is visible, or about to be, and the request that brought it does not keep it yet:
     *     whoever reads it in that moment does not consume it
     */
    public void setArriving(boolean arriving) {
        this.arriving = arriving;
    }

    /** Somebody who has it locked has loaded the chunk. */
    public void markLoaded() {
        loaded = true;
    }

    /** A request that it was kept for has been read. */
    public void markRead() {
        read = true;
    }

    /** @return whether it has served: somebody has loaded it under a lock, or a request that needed it has been read */
    public boolean isConsumed() {
        return !arriving && (loaded || read);
    }

    /** The chunk's bytes do not match its checksum any more. */
    public void markDamaged() {
        damaged = true;
    }

    /** @return whether the chunk is of no use any more */
    public boolean isDamaged() {
        return damaged;
    }
}
