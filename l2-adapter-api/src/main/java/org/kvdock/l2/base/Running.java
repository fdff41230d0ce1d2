package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what is in flight, and lets somebody wait until nothing is (R11). Counting takes no lock unless somebody waits.
 *
 * <p>A submit counts itself before it reads the adapter's phase; a drain sets the phase before it reads the count. So
 * either the submit sees the drain or the drain sees the submit.
 */
final class Running {
    private final AtomicInteger count = new AtomicInteger();
    private final Object quiet = new Object();
    private volatile boolean someoneWaits;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && someoneWaits) {
            synchronized (quiet) {
                quiet.notifyAll();
            }
        }
    }

    boolean isIdle() {
        return count.get() == 0;
    }

    /**
     * @param nanos how long to wait at the most
     * @return whether nothing is in flight
     */
    boolean awaitIdle(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        synchronized (quiet) {
            // Set before looking: whoever brings the count to zero after the look sees it, and tells.
            someoneWaits = true;
            while (count.get() > 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                quiet.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return true;
        }
    }
}
