package org.kvdock.journal.chronicle;

/** Waiting for threads to end. */
final class Threads {
    private Threads() {}

    /** Waits for a thread, unless it is the caller's own; an interrupt ends the wait and stays set. */
    static void join(Thread thread, long millis) {
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
