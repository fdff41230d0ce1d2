package org.kvdock.host.control;

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
     * @param nanos how long to wait at the most
     * @return whether nothing is under way
     */
    public synchronized boolean awaitNone(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (count > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }
}
