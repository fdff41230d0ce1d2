package org.kvdock.host;

import java.util.Objects;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;

/** Which of the chunks that could be had a prefetch goes for. Immutable. */
public final class Trim {
    /** The leading run: what comes before the first chunk that is missing. */
    public static final Trim PREFIX = new Trim(Integer.MAX_VALUE);
    /** Every chunk that there is, whatever is missing between them. */
    public static final Trim SPARSE = new Trim(1);

    private final int segmentChunks;

    private Trim(int segmentChunks) {
        this.segmentChunks = segmentChunks;
    }

    /**
     * The leading run of each segment, for requests that are put together from parts with a prefix each.
     *
     * @param chunks how many chunks each segment has, the last one perhaps fewer; at least 1
     * @return the trim
     * @throws BadArgumentException if there are fewer
     */
    public static Trim segments(int chunks) {
        if (chunks < 1) {
            throw new BadArgumentException("segment", chunks + " chunks", "at least 1");
        }
        return new Trim(chunks);
    }

    /** @return whether a run ends before this position, so that a gap before it does not matter */
    public boolean startsRun(int position) {
        return position % segmentChunks == 0;
    }

    /**
     * @param available one bit for each chunk that could be had
     * @return a new bitmap of those to go for
     */
    public Bitmap of(Bitmap available) {
        Bitmap kept = new Bitmap(available.length());
        boolean run = true;
        for (int i = 0; i < available.length(); i++) {
            run = (run || startsRun(i)) && available.test(i);
            if (run) {
                kept.set(i);
            }
        }
        return kept;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Trim trim && trim.segmentChunks == segmentChunks;
    }

    @Override
    public int hashCode() {
        return Objects.hash(segmentChunks);
    }

    @Override
    public String toString() {
        return equals(PREFIX) ? "PREFIX" : equals(SPARSE) ? "SPARSE" : "segments(" + segmentChunks + ")";
    }
}
