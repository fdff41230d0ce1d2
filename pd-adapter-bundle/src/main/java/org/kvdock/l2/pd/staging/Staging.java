package org.kvdock.l2.pd.staging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.kvdock.l2.pd.channel.LocalSegment;

/**
 * A fixed amount of off-heap memory in segments, given out in slots of any length. Each sender has an {@link Arena} of
 * segments of its own, which come when they are needed and go when they are empty and somebody else needs their room.
 * Room is counted in grains of {@value #GRAIN} bytes.
 *
 * <p>Safe for all threads; segments and free ranges are guarded by this object's monitor.
 */
public final class Staging {
    /** Slots begin at multiples of this many bytes. */
    public static final int GRAIN = 64;
    /** Longest segment in bytes; a chunk never crosses a segment's end. */
    public static final int MAX_SEGMENT = 1 << 30;

    /**
     * Into how many segments staging is cut at least, for channels that write in place. Each segment is one sender's, so what
     * is free in those that a sender has begun is of no use to others: the more there are, the less that is.
     */
    public static final int SEGMENTS = 64;

    private final long capacity;
    private final int segmentBytes;
    private final SegmentSource source;
    private final LongConsumer dropped;
    // Those that have segments.
    private final Set<Arena> arenas = new LinkedHashSet<>();
    private long nextNumber = 1;
    private long segmentsBytes;
    private long usedBytes;
    private boolean movingIn;
    private String trouble = "";

    /**
     * @param bytes how much memory, at least 1; rounded up to whole grains
     * @param segmentBytes length of a segment, where no chunk needs a longer one
     * @param source gives the segments
     * @param dropped told of each segment that is gone, by its number
     */
    public Staging(long bytes, long segmentBytes, SegmentSource source, LongConsumer dropped) {
        this.capacity = grains(bytes);
        this.segmentBytes = (int) Math.min(MAX_SEGMENT, Math.min(capacity, grains(segmentBytes)));
        this.source = source;
        this.dropped = dropped;
    }

    /** @return staging in this process's own memory, all of it taken at once, so that what is not there is missed now */
    public static Staging inMemory(long bytes) {
        Staging staging = new Staging(bytes, MAX_SEGMENT, SegmentSource.DIRECT, number -> {});
        Arena shared = staging.arena();
        while (staging.segmentsBytes < staging.capacity) {
            staging.grow(shared, (int) Math.min(MAX_SEGMENT, staging.capacity - staging.segmentsBytes), true);
        }
        return staging;
    }

    /** @return an arena without segments; of staging in memory, the one that all share */
    public synchronized Arena arena() {
        for (Arena arena : arenas) {
            if (!arena.segments.isEmpty() && arena.segments.get(0).permanent) {
                return arena;
            }
        }
        return new Arena();
    }

    /** @return all of it, in bytes */
    public long capacity() {
        return capacity;
    }

    /** @return bytes that are not taken, in whole grains */
    public synchronized long freeBytes() {
        return capacity - usedBytes;
    }

    /** @return ranges that are free in segments; the more, the more cut up the memory is */
    public synchronized int freeRanges() {
        return segments().stream().mapToInt(segment -> segment.free == null ? 0 : segment.free.ranges()).sum();
    }

    /** @return bytes of the longest chunk that would find room for this arena's owner now */
    public synchronized long longestFree(Arena arena) {
        long longest = capacity - segments().stream().filter(each -> each.used > 0 || each.permanent).mapToLong(each -> each.bytes).sum();
        for (Segment segment : arena.segments) {
            longest = Math.max(longest, segment.free == null ? 0 : segment.free.longest());
        }
        return longest;
    }

    /** @return segments that there are */
    public synchronized int segmentCount() {
        return segments().size();
    }

    /** @return why the last segment could not be made, empty if it could */
    public synchronized String trouble() {
        return trouble;
    }

    /**
     * @param lengths bytes of each chunk, each at least 0
     * @return a slot for each, or null with nothing taken if there is no room for all of them
     */
    public synchronized List<Slot> takeAll(Arena arena, int[] lengths) {
        List<Slot> slots = new ArrayList<>(lengths.length);
        for (int length : lengths) {
            Slot slot = take(arena, length);
            if (slot == null) {
                slots.forEach(this::give);
                return null;
            }
            slots.add(slot);
        }
        return slots;
    }

    /** @return a slot for a chunk of that length, or null if there is no room for it */
    public synchronized Slot take(Arena arena, int length) {
        int wanted = (int) grains(length);
        if (wanted == 0) {
            return new Slot(null, 0, 0, 0);
        }
        for (Segment segment : arena.segments) {
            long offset = segment.free == null ? -1 : segment.free.take(wanted);
            if (offset >= 0) {
                return taken(segment, offset, wanted, length);
            }
        }
        Segment fresh = grow(arena, wanted, false);
        return fresh == null ? null : taken(fresh, fresh.free.take(wanted), wanted, length);
    }

    private Slot taken(Segment segment, long offset, long wanted, int length) {
        segment.used++;
        usedBytes += wanted;
        return new Slot(segment, offset, wanted, length);
    }

    private Segment grow(Arena arena, int wanted, boolean permanent) {
        if (!movingIn && capacity - segmentsBytes < wanted && !reclaim(wanted)) {
            return null;
        }
        long most = movingIn ? segmentFor(wanted) : capacity - segmentsBytes;
        int bytes = (int) Math.min(most, permanent ? wanted : segmentFor(wanted));
        try {
            LocalSegment local = source.create(nextNumber, bytes);
            Segment segment = new Segment(nextNumber++, bytes, local, arena, new FreeSpace(bytes), permanent);
            arena.segments.add(segment);
            arenas.add(arena);
            segmentsBytes += bytes;
            trouble = "";
            return segment;
        } catch (IOException | UncheckedIOException e) {
            trouble = e.toString();
            return null;
        }
    }

    private boolean reclaim(int wanted) {
        for (Segment segment : segments()) {
            if (capacity - segmentsBytes >= wanted) {
                break;
            }
            if (segment.used == 0 && !segment.permanent) {
                drop(segment);
            }
        }
        return capacity - segmentsBytes >= wanted;
    }

    private List<Segment> segments() {
        List<Segment> all = new ArrayList<>();
        arenas.forEach(arena -> all.addAll(arena.segments));
        return all;
    }

    private void drop(Segment segment) {
        segment.arena.segments.remove(segment);
        if (segment.arena.segments.isEmpty()) {
            arenas.remove(segment.arena);
        }
        segmentsBytes -= segment.bytes;
        segment.local.drop();
        dropped.accept(segment.number);
    }

    /** Gives a slot's memory back; nobody may touch it any more. */
    public synchronized void give(Slot slot) {
        Segment segment = slot.segment;
        if (segment == null) {
            return;
        }
        usedBytes -= slot.taken;
        segment.used--;
        if (segment.free != null) {
            segment.free.give(slot.offset, slot.taken);
        }
    }

    /** @return whether chunks of these lengths would all fit if nothing else were here */
    public boolean couldHold(int[] lengths) {
        List<Long> left = new ArrayList<>();
        long budget = capacity;
        for (int length : lengths) {
            long wanted = grains(length);
            int at = 0;
            while (at < left.size() && left.get(at) < wanted) {
                at++;
            }
            if (at == left.size()) {
                if (budget < wanted) {
                    return false;
                }
                long bytes = Math.min(budget, segmentFor(wanted));
                budget -= bytes;
                left.add(bytes);
            }
            left.set(at, left.get(at) - wanted);
        }
        return true;
    }

    // ---- what an earlier process left behind ----

    /** Numbers up to this one are taken: an earlier process has used them. */
    public synchronized void skip(long number) {
        nextNumber = Math.max(nextNumber, number + 1);
    }

    /**
     * Takes room for chunks that leave a segment of an earlier process, even past this staging's bound, since that
     * segment goes as soon as they have left it.
     *
     * @return a slot for each, or null with nothing taken if there is no memory for them
     */
    public synchronized List<Slot> moveIn(Arena arena, int[] lengths) {
        movingIn = true;
        try {
            return takeAll(arena, lengths);
        } finally {
            movingIn = false;
        }
    }

    /**
     * Takes over a segment of an earlier process with what is in it. Nothing new goes into it, and it goes by
     * {@link #dropEmpty()} after the last of its chunks.
     *
     * @param offsets where each chunk begins, inside the segment with all of its length
     * @param lengths bytes of each chunk
     * @return a slot for each
     */
    public synchronized List<Slot> adopt(long number, LocalSegment local, long[] offsets, int[] lengths) {
        Arena arena = new Arena();
        Segment segment = new Segment(number, local.memory().capacity(), local, arena, null, false);
        arena.segments.add(segment);
        arenas.add(arena);
        segmentsBytes += segment.bytes;
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            slots.add(taken(segment, offsets[i], grains(lengths[i]), lengths[i]));
        }
        return slots;
    }

    /** Drops adopted segments that are empty, which no new chunk will ever use. */
    public synchronized void dropEmpty() {
        for (Segment segment : segments()) {
            if (segment.free == null && segment.used == 0) {
                drop(segment);
            }
        }
    }

    // Long chunks get longer segments, so that less is left over at their ends.
    private long segmentFor(long wanted) {
        return Math.max(Math.max(segmentBytes, wanted), Math.min(4 * wanted, Math.min(MAX_SEGMENT, capacity / 4)));
    }

    static long grains(long bytes) {
        return (bytes + GRAIN - 1) / GRAIN * GRAIN;
    }
}
