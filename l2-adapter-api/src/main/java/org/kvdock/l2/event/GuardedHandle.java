package org.kvdock.l2.event;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a file descriptor's number from being used after it is closed: the kernel gives numbers out again at once, and
 * a late write would land in somebody else's file.
 *
 * <p>One atomic word holds a bit for "closed" and the number of threads that are inside:
 *
 * <pre>
 *   bit 31     closed: nobody enters any more
 *   bits 30-0  users: threads between enter and leave, and registrations with a poller
 * </pre>
 *
 * <p>The descriptor is freed exactly once, by whichever call brings the word to "closed, no users": {@link #close} when
 * nobody was inside, else the last {@link #leave}. Any thread may call any method; none blocks.
 */
final class GuardedHandle {

    private static final int CLOSED = 1 << 31;

    private final AtomicInteger word = new AtomicInteger();
    private final Runnable free;

    /** @param free gives the descriptor back; runs once, in the thread that was last */
    GuardedHandle(Runnable free) {
        this.free = free;
    }

    /** Counts one user in; false, and nothing to leave, once it is closed. */
    boolean enter() {
        for (;;) {
            int now = word.get();
            if (now < 0) {
                return false;
            }
            if (word.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Counts one user out. */
    void leave() {
        if (word.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /** Lets nobody in from now on; true for the call that closed it, false for every later one. */
    boolean close() {
        int before = word.getAndUpdate(now -> now | CLOSED);
        if (before == 0) {
            free.run();
        }
        return before >= 0;
    }

    boolean isOpen() {
        return word.get() >= 0;
    }
}
