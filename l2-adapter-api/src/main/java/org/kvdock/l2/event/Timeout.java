package org.kvdock.l2.event;

import java.time.Duration;

/** What is left of a wait that may be interrupted and begun again. For one thread. */
final class Timeout {

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Durations from here on (a hundred years) count as for ever; System.nanoTime has no room for much more. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final boolean forEver;
    private final long end;

    private Timeout(boolean forEver, long nanos) {
        this.forEver = forEver;
        this.end = forEver ? 0 : System.nanoTime() + nanos;
    }

    /** @param timeout null or negative: for ever */
    static Timeout of(Duration timeout) {
        boolean forEver = timeout == null || timeout.isNegative() || timeout.compareTo(FOR_EVER) >= 0;
        return new Timeout(forEver, forEver ? 0 : timeout.toNanos());
    }

    /** What is left in epoll's unit: rounded up, so that a wait is never too short; -1 for ever. */
    int millis() {
        if (forEver) {
            return -1;
        }
        long nanos = Math.max(0, end - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    boolean isOver() {
        return !forEver && end - System.nanoTime() <= 0;
    }
}
