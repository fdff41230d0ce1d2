package org.kvdock.host.control;

import java.time.Duration;

/** Counts what is under way and lets threads wait until nothing is. Guarded by its own monitor, a leaf. */
public final class InFlight {
    private int count;

    public synchronized void enter() {
        count++;
    }

    public synchronized void leave() {
        if (--count == 0) {
            notifyAll();
        }
    }

    public synchronized int count() {
        return count;
    }

    /**
     * @return whether nothing is under way; an interrupted caller gets the answer of that moment, its flag set
     */
    public synchronized boolean awaitNone(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (count > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
