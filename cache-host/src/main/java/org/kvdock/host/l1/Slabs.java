package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kvdock.host.l1.Slab.Range;

/**
 * Off-heap memory for chunks of any length: slabs taken from the system on demand, and in them the smallest free range
 * that fits. Freed ranges join their neighbours, so that chunks of mixed lengths do not fragment it for good, and equal
 * ones use it without waste.
 *
 * <p>Guarded by the lock of the L1 that it belongs to, but for {@link #allocateMemory}, which takes its time and is
 * called without. A slab's memory goes back to the system when nobody refers to it any more, so a buffer that an adapter
 * still holds stays valid whatever happens here (R7).
 */
final class Slabs {
    /** Chunks begin on cache lines. */
    static final int ALIGNMENT = 64;

    private static final Comparator<Range> BEST_FIT = Comparator.comparingInt(Range::length)
            .thenComparingInt(range -> range.slab().id)
            .thenComparingInt(Range::offset);

    private static final Slab BEFORE_ALL = new Slab(-1, null);

    private final int slabBytes;
    private final long maxBytes;
    private final TreeSet<Range> free = new TreeSet<>(BEST_FIT);
    private final Set<Slab> slabs = new HashSet<>();
    private int nextId;
    private long totalBytes;
    /** Taken from the system and not added yet. */
    private long growingBytes;
    /** The system's own bound, known once it has refused. */
    private long ceilingBytes = Long.MAX_VALUE;

    /** @param maxBytes bound on all slabs together, {@link Long#MAX_VALUE} for none */
    Slabs(int slabBytes, long maxBytes) {
        this.slabBytes = slabBytes;
        this.maxBytes = maxBytes;
    }

    static long aligned(int length) {
        return ((long) length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** @return a range for a chunk, or empty if there is none free; the range may be a little longer */
    Optional<Range> allocate(int length) {
        long need = aligned(length);
        if (need > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        Range best = free.ceiling(new Range(BEFORE_ALL, -1, (int) need));
        if (best == null) {
            return Optional.empty();
        }
        remove(best);
        if (best.length() > need) {
            add(new Range(best.slab(), best.offset() + (int) need, best.length() - (int) need));
        }
        return Optional.of(new Range(best.slab(), best.offset(), (int) need));
    }

    void free(Range range) {
        Slab slab = range.slab();
        int offset = range.offset();
        int end = offset + range.length();
        Map.Entry<Integer, Range> before = slab.free.lowerEntry(offset);
        if (before != null && before.getValue().offset() + before.getValue().length() == offset) {
            offset = before.getKey();
            remove(before.getValue());
        }
        Range after = slab.free.get(end);
        if (after != null) {
            end += after.length();
            remove(after);
        }
        add(new Range(slab, offset, end - offset));
    }

    private void add(Range range) {
        free.add(range);
        range.slab().free.put(range.offset(), range);
    }

    private void remove(Range range) {
        free.remove(range);
        range.slab().free.remove(range.offset());
    }

    /**
     * @return size of the slab to take from the system so that a chunk of this length fits, 0 if the bounds do not allow
     *     one; what is granted must be added or given up
     */
    int claimGrowth(int length) {
        if (!canGrow(length)) {
            return 0;
        }
        long size = Math.min(room(), Math.max(aligned(length), slabBytes)) / ALIGNMENT * ALIGNMENT;
        growingBytes += size;
        return (int) size;
    }

    /** @return whether {@link #claimGrowth} would grant a slab for a chunk of this length */
    boolean canGrow(int length) {
        long need = Math.max(ALIGNMENT, aligned(length));
        if (room() < need) {
            dropEmptySlabs(need);
        }
        return room() >= need && need <= Integer.MAX_VALUE;
    }

    private long room() {
        return Math.min(maxBytes, ceilingBytes) - totalBytes - growingBytes;
    }

    /** Slabs without a chunk can make room for a chunk that is longer than any of them. */
    private void dropEmptySlabs(long need) {
        for (Slab slab : slabs.stream().filter(Slab::isEmpty).toList()) {
            if (room() >= need) {
                return;
            }
            remove(slab.free.firstEntry().getValue());
            slabs.remove(slab);
            totalBytes -= slab.size();
        }
    }

    /** Takes memory from the system and zeroes it: milliseconds. Not under the lock. Null if the system has none. */
    static ByteBuffer allocateMemory(int size) {
        try {
            return ByteBuffer.allocateDirect(size);
        } catch (OutOfMemoryError e) {
            // Thrown for direct memory alone, the heap is as it was.
            return null;
        }
    }

    /** @param memory what {@link #allocateMemory} gave for a claim of this size */
    void grow(int claimed, ByteBuffer memory) {
        growingBytes -= claimed;
        if (memory == null) {
            // Asking again costs the JVM a full collection each time, so this is the bound from now on.
            ceilingBytes = totalBytes == 0 ? Long.MAX_VALUE : totalBytes;
            return;
        }
        Slab slab = new Slab(nextId++, memory);
        slabs.add(slab);
        totalBytes += slab.size();
        add(new Range(slab, 0, slab.size()));
    }

    long totalBytes() {
        return totalBytes;
    }

    void clear() {
        free.clear();
        slabs.clear();
        totalBytes = 0;
    }
}
