package org.kvdock.l2.base;

/** Waiting for threads to end. */
final class Threads {
    private Threads() {}

    /**
     * Waits for threads to end, but not for the calling one, nor for one that was not started. An interrupt ends the
     * wait and stays set.
     *
     * @param nanos how long to wait for all of them together at the most
     */
    static void join(long nanos, Thread... threads) {
        long end = System.nanoTime() + nanos;
        try {
            for (Thread thread : threads) {
                long leftMillis = (end - System.nanoTime()) / 1_000_000;
                if (thread != Thread.currentThread() && leftMillis > 0) {
                    thread.join(leftMillis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
