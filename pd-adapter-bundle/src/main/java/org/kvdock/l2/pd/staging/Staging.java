package org.kvdock.l2.pd.staging;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A fixed amount of off-heap memory in segments of at most 1 GiB, given out in slots of any length. Room is counted in
 * grains of {@value #GRAIN} bytes. Safe for all threads; the free ranges are guarded by this object's monitor.
 */
public final class Staging {
    /** Slots begin at multiples of this many bytes. */
    public static final int GRAIN = 64;
    /** Longest segment in bytes; a chunk never crosses a segment's end. */
    public static final long MAX_SEGMENT = 1L << 30;

    /** Where a segment's memory comes from. */
    @FunctionalInterface
    public interface Memory {
        /**
         * @param index the segment's position among all
         * @param bytes its length
         * @return its memory
         */
        ByteBuffer segment(int index, int bytes);
    }

    private final long capacity;
    private final ByteBuffer[] segments;
    private final FreeSpace[] free;
    private long freeBytes;

    /**
     * @param bytes how much memory, at least 1; rounded up to whole grains
     * @param memory gives the segments, all of them at once, so that memory that is not there is missed at the start
     */
    public Staging(long bytes, Memory memory) {
        this.capacity = grains(bytes);
        int count = (int) ((capacity + MAX_SEGMENT - 1) / MAX_SEGMENT);
        this.segments = new ByteBuffer[count];
        this.free = new FreeSpace[count];
        for (int i = 0; i < count; i++) {
            int length = (int) segmentLength(i);
            segments[i] = memory.segment(i, length);
            free[i] = new FreeSpace(length);
        }
        this.freeBytes = capacity;
    }

    /** @return staging in this process's own memory */
    public static Staging inMemory(long bytes) {
        return new Staging(bytes, (index, length) -> ByteBuffer.allocateDirect(length));
    }

    /** @return all of it, in bytes */
    public long capacity() {
        return capacity;
    }

    /** @return bytes that are not taken, in whole grains */
    public synchronized long freeBytes() {
        return freeBytes;
    }

    /** @return ranges that are free; the more, the more cut up the memory is */
    public synchronized int freeRanges() {
        int ranges = 0;
        for (FreeSpace space : free) {
            ranges += space.ranges();
        }
        return ranges;
    }

    /**
     * @param lengths bytes of each chunk, each at least 0
     * @return a slot for each, or null with nothing taken if there is no room for all of them
     */
    public synchronized List<Slot> takeAll(int[] lengths) {
        List<Slot> slots = new ArrayList<>(lengths.length);
        for (int length : lengths) {
            Slot slot = take(length);
            if (slot == null) {
                slots.forEach(this::give);
                return null;
            }
            slots.add(slot);
        }
        return slots;
    }

    /** @return a slot for a chunk of that length, or null if there is no room for it */
    public synchronized Slot take(int length) {
        long wanted = grains(length);
        if (wanted == 0) {
            return new Slot(0, 0, 0, 0, ByteBuffer.allocate(0));
        }
        for (int i = 0; i < free.length; i++) {
            long offset = free[i].take(wanted);
            if (offset >= 0) {
                freeBytes -= wanted;
                ByteBuffer memory = segments[i].slice((int) offset, (int) wanted);
                return new Slot(i, offset, wanted, length, memory);
            }
        }
        return null;
    }

    /** Gives a slot's memory back; nobody may touch it any more. */
    public synchronized void give(Slot slot) {
        if (slot.taken > 0) {
            free[slot.segment].give(slot.offset, slot.taken);
            freeBytes += slot.taken;
        }
    }

    /** @return whether chunks of these lengths would all fit if nothing else were here */
    public boolean couldHold(int[] lengths) {
        long[] left = new long[segments.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = segmentLength(i);
        }
        for (int length : lengths) {
            long wanted = grains(length);
            int at = 0;
            while (at < left.length && left[at] < wanted) {
                at++;
            }
            if (at == left.length) {
                return false;
            }
            left[at] -= wanted;
        }
        return true;
    }

    private long segmentLength(int index) {
        return Math.min(MAX_SEGMENT, capacity - index * MAX_SEGMENT);
    }

    private static long grains(long bytes) {
        return (bytes + GRAIN - 1) / GRAIN * GRAIN;
    }
}
