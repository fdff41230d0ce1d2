package org.kvdock.journal.chronicle;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread is about to do, bounded. */
final class Await {
    private static final long END_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000L;

    private Await() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + END_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + END_NANOS / 1_000_000_000L + " s: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
