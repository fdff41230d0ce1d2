package org.kvdock.l2.pd.staging;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which ranges of one stretch of memory are free: best fit, neighbours grow together again. Best fit keeps the large
 * ranges large, so chunks of mixed sizes do not cut each other's room to pieces. Not safe for several threads.
 */
final class FreeSpace {
    private record Range(long length, long offset) implements Comparable<Range> {
        @Override
        public int compareTo(Range other) {
            int byLength = Long.compare(length, other.length);
            return byLength != 0 ? byLength : Long.compare(offset, other.offset);
        }
    }

    private final TreeMap<Long, Long> lengthByOffset = new TreeMap<>();
    private final TreeSet<Range> byLength = new TreeSet<>();

    FreeSpace(long length) {
        insert(0, length);
    }

    /**
     * @param length at least 1
     * @return the offset of a range that is taken now, -1 if no free range is long enough
     */
    long take(long length) {
        Range best = byLength.ceiling(new Range(length, 0));
        if (best == null) {
            return -1;
        }
        delete(best.offset, best.length);
        if (best.length > length) {
            insert(best.offset + length, best.length - length);
        }
        return best.offset;
    }

    /** Gives back a range that was taken, whole. */
    void give(long offset, long length) {
        long from = offset;
        long to = offset + length;
        Map.Entry<Long, Long> before = lengthByOffset.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() > offset) {
            throw new IllegalStateException("range at " + offset + " is free already");
        }
        if (before != null && before.getKey() + before.getValue() == offset) {
            from = before.getKey();
            delete(before.getKey(), before.getValue());
        }
        Long after = lengthByOffset.get(to);
        if (after != null) {
            delete(to, after);
            to += after;
        }
        insert(from, to - from);
    }

    /** @return the longest free range */
    long longest() {
        return byLength.isEmpty() ? 0 : byLength.last().length;
    }

    /** @return how many ranges are free */
    int ranges() {
        return lengthByOffset.size();
    }

    private void insert(long offset, long length) {
        lengthByOffset.put(offset, length);
        byLength.add(new Range(length, offset));
    }

    private void delete(long offset, long length) {
        lengthByOffset.remove(offset);
        byLength.remove(new Range(length, offset));
    }
}
