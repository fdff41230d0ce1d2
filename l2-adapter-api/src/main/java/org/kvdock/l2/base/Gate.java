package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides once how a task ends, lets it end only when nobody is inside its buffers (R3, R7), and hands its result out once
 * (R6). One word: how many threads are inside, and how far the task is.
 *
 * <pre>
 *  open(n)    --enter-->   open(n+1)                 buffers may be touched
 *  open(n)    --decide-->  decided(n+1)              first decision wins; the decider counts as inside
 *  decided(n) --leave-->   decided(n-1)              nobody enters any more
 *  decided(1) --leave-->   decided(0)                true for the last one out: it records the result
 *  decided(0) --tell-->    told                      the result is set, and waits for the journal's promise
 *  told       --claim-->   claimed                   true for the first one: it publishes
 *  claimed    --show-->    visible                   the result can be fetched
 *  visible    --fetch-->   fetched                   true for the first one: it has the result
 * </pre>
 *
 * A deadline, a cancellation and the adapter may race; nobody blocks.
 */
class Gate {
    private static final int DECIDED = 1 << 30;
    private static final int TOLD = DECIDED | 1 << 29;
    private static final int CLAIMED = TOLD | 1 << 28;
    private static final int VISIBLE = CLAIMED | 1 << 27;
    private static final int FETCHED = VISIBLE | 1 << 26;

    private final AtomicInteger word = new AtomicInteger();

    /** @return false, and nothing to leave, once it is decided */
    final boolean tryEnter() {
        for (;;) {
            int now = word.get();
            if ((now & DECIDED) != 0) {
                return false;
            }
            if (word.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** @return whether the caller is the one decider; it is inside then, and must leave */
    final boolean tryDecide() {
        for (;;) {
            int now = word.get();
            if ((now & DECIDED) != 0) {
                return false;
            }
            if (word.compareAndSet(now, now + 1 | DECIDED)) {
                return true;
            }
        }
    }

    /** @return whether the caller was the last one inside after the decision: true once */
    final boolean leaveLast() {
        return word.decrementAndGet() == DECIDED;
    }

    final boolean decided() {
        return (word.get() & DECIDED) != 0;
    }

    /** For the one that was last out: from now on the end can be published. */
    final void told() {
        word.set(TOLD);
    }

    /** @return whether the caller is the one to publish; false also before it is told */
    final boolean claimPublication() {
        return word.compareAndSet(TOLD, CLAIMED);
    }

    /** For the one that publishes. */
    final void show() {
        word.set(VISIBLE);
    }

    /** @return whether the result is visible, or was */
    final boolean shown() {
        return word.get() >= VISIBLE;
    }

    /** @return whether the result is there to be fetched */
    final boolean fetchable() {
        return word.get() == VISIBLE;
    }

    /** @return whether the caller is the one to hand the result out; false also before it is visible */
    final boolean claimDelivery() {
        return word.compareAndSet(VISIBLE, FETCHED);
    }
}
