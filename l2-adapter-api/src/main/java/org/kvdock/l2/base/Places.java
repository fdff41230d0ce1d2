package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is accepted against its bounds (R14): tasks whose result nobody has fetched, and bytes of tasks that have not
 * completed. A place is taken only where there is room, so that a submit that is refused never costs another one its
 * place. No lock.
 */
final class Places {
    private final int mostTasks;
    private final long mostBytes;
    private final AtomicInteger tasks = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Places(int mostTasks, long mostBytes) {
        this.mostTasks = mostTasks;
        this.mostBytes = mostBytes;
    }

    /** @return whether there was a place for one task more; it is taken then */
    boolean tryTakeTask() {
        for (;;) {
            int taken = tasks.get();
            if (taken >= mostTasks) {
                return false;
            }
            if (tasks.compareAndSet(taken, taken + 1)) {
                return true;
            }
        }
    }

    /** @return whether there was room for so many bytes more; it is taken then */
    boolean tryTakeBytes(long count) {
        for (;;) {
            long taken = bytes.get();
            if (count > mostBytes - taken) {
                return false;
            }
            if (count == 0 || bytes.compareAndSet(taken, taken + count)) {
                return true;
            }
        }
    }

    /** The task's result was fetched, or it was not accepted after all. */
    void giveTaskBack() {
        tasks.decrementAndGet();
    }

    /** The task has completed, or it was not accepted after all. */
    void giveBytesBack(long count) {
        if (count > 0) {
            bytes.addAndGet(-count);
        }
    }

    /** @return bytes taken at this moment */
    long bytes() {
        return bytes.get();
    }
}
