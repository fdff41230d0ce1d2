package org.kvdock.l2.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/**
 * Gives out ids, and holds the tasks of one adapter by their id, from the moment they are accepted until their result is
 * fetched (R1, R6). The low bits of an id are its slot, so finding a task is one read, and nothing is allocated for it.
 *
 * <pre>
 *  free     --reserve-->  reserved   an id whose slot is free; those whose slot is taken are skipped
 *  reserved --place-->    task       from now on it is found
 *  reserved --free-->     free       the submit threw
 *  task     --free-->     free       its result was handed out
 * </pre>
 *
 * Ids ascend and never repeat; they have gaps where an old task still holds its slot. The bound on tasks (R14) keeps half
 * of the slots free, so a reservation soon finds one. No lock: each step is one atomic access, and a task never moves.
 */
final class TaskTable {
    private static final Object RESERVED = new Object();

    private final AtomicLong nextId = new AtomicLong();
    private final AtomicReferenceArray<Object> slots;
    private final int mask;

    /** @param mostTasks taken slots at the most */
    TaskTable(int mostTasks) {
        // The power of two from twice as many on.
        int size = Integer.highestOneBit(2 * Math.max(1, mostTasks) - 1) << 1;
        this.slots = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
    }

    /** @return the next id whose slot is free; the slot is the caller's, to place a task or to free it */
    long reserve() {
        for (;;) {
            long id = nextId.getAndIncrement();
            if (slots.compareAndSet(slot(id), null, RESERVED)) {
                return id;
            }
        }
    }

    /** The task is accepted; its id was reserved. */
    void place(Task task) {
        slots.set(slot(task.id()), task);
    }

    /** For the one that reserved the id, or that hands out its task's result. */
    void free(long id) {
        slots.set(slot(id), null);
    }

    /** @return the task of that id, null if there is none, or none any more */
    Task find(long id) {
        return slots.get(slot(id)) instanceof Task task && task.id() == id ? task : null;
    }

    /** @return those tasks that are there and in that state when this comes by, in no order */
    List<Task> those(Predicate<Task> state) {
        List<Task> found = new ArrayList<>();
        for (int i = 0; i <= mask; i++) {
            if (slots.get(i) instanceof Task task && state.test(task)) {
                found.add(task);
            }
        }
        return found;
    }

    private int slot(long id) {
        return (int) id & mask;
    }
}
