package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Stores whose result is visible and not popped, in the order in which they completed. The tasks themselves are the
 * links, the last one first, so that a completion allocates nothing and can't fail for lack of memory. No lock: a
 * completion swings {@link #last} to itself, a pop takes the whole chain and nobody else has it then.
 */
final class DoneStores {
    private final AtomicReference<StoreTask> last = new AtomicReference<>();

    /** Adds a store; each once in its life. */
    void add(StoreTask task) {
        StoreTask before;
        do {
            before = last.get();
            task.next = before;
        } while (!last.compareAndSet(before, task));
    }

    /** @return the first one, from which {@link StoreTask#next} leads to the others; null if there is none */
    StoreTask takeAll() {
        StoreTask first = null;
        for (StoreTask task = last.getAndSet(null); task != null; ) {
            StoreTask before = task.next;
            task.next = first;
            first = task;
            task = before;
        }
        return first;
    }
}
