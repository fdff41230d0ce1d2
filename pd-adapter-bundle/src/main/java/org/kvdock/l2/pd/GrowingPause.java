package org.kvdock.l2.pd;

import java.time.Duration;

/** How long to wait before the next try: twice as long each time, up to a bound (R13). For one thread. */
public final class GrowingPause {
    private final long leastNanos;
    private final long mostNanos;
    private long nextNanos;

    /**
     * @param least the first one
     * @param most the longest one, not shorter
     */
    public GrowingPause(Duration least, Duration most) {
        this.leastNanos = least.toNanos();
        this.mostNanos = most.toNanos();
        this.nextNanos = leastNanos;
    }

    /** @return nanoseconds to wait this time; the next time it is longer */
    public long next() {
        long now = nextNanos;
        nextNanos = Math.min(mostNanos, 2 * now);
        return now;
    }

    /** It has worked: the next one is the first again. */
    public void reset() {
        nextNanos = leastNanos;
    }
}
