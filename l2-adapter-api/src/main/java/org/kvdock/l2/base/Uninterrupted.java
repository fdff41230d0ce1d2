package org.kvdock.l2.base;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bounded waits of a close, which an interrupt does not cut short: what they wait for would be lost, and whoever removes
 * a service may well be interrupted. An interrupt before or meanwhile is set again when a wait returns.
 */
public final class Uninterrupted {
    /** A wait that an interrupt ends. */
    @FunctionalInterface
    @ConsumerType
    public interface Wait {
        /**
         * @param nanos how long to wait at the most; not positive looks without waiting
         * @return whether what was waited for is there
         * @throws InterruptedException if the thread is interrupted; it is called again then, with the time that is left
         */
        boolean await(long nanos) throws InterruptedException;
    }

    private Uninterrupted() {}

    /**
     * Waits to the end.
     *
     * @param nanos how long to wait at the most
     * @param wait called until it returns
     * @return whether what was waited for is there
     */
    public static boolean await(long nanos, Wait wait) {
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
     * @param threads each of them
     * @return whether all have ended, but for the calling one
     */
    public static boolean join(long nanos, Thread... threads) {
        return await(nanos, most -> {
            long end = System.nanoTime() + most;
            boolean ended = true;
            for (Thread thread : threads) {
                // Rounded up: at the least a look, and no time at all would be for ever.
                long leftMillis = (end - System.nanoTime() + 999_999) / 1_000_000;
                if (thread != Thread.currentThread()) {
                    if (leftMillis > 0) {
                        thread.join(leftMillis);
                    }
                    ended &= !thread.isAlive();
                }
            }
            return ended;
        });
    }
}
