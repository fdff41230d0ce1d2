package org.kvdock.l2.base;

/** Bounded waits of a close, which an interrupt does not cut short: what they wait for would be lost. */
final class Threads {
    /** A wait that an interrupt ends. */
    interface Wait {
        /**
         * @param nanos how long to wait at the most
         * @return whether what was waited for is there
         */
        boolean await(long nanos) throws InterruptedException;
    }

    private Threads() {}

    /**
     * Waits to the end. An interrupt before or meanwhile is set again when this returns.
     *
     * @param nanos how long to wait at the most
     * @return whether what was waited for is there
     */
    static boolean awaitThroughInterrupts(long nanos, Wait wait) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = Thread.interrupted();
        try {
            for (;;) {
                try {
                    return wait.await(end - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for threads to end, but not for the calling one, nor for one that was not started.
     *
     * @param nanos how long to wait for all of them together at the most
     */
    static void join(long nanos, Thread... threads) {
        awaitThroughInterrupts(nanos, most -> {
            long end = System.nanoTime() + most;
            for (Thread thread : threads) {
                long leftMillis = (end - System.nanoTime()) / 1_000_000;
                if (thread != Thread.currentThread() && leftMillis > 0) {
                    thread.join(leftMillis);
                }
            }
            return true;
        });
    }
}
