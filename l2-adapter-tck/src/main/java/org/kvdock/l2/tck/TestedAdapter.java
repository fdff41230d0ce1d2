package org.kvdock.l2.tck;

import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;

/**
 * What a vendor gives the kit: an adapter, or two that make a pair, and ways to make its backend misbehave.
 *
 * <p>In a pair the kit stores through one and looks up and loads through the other, as with a sender and a receiver.
 * What holds for every adapter by itself (ids, eventfds, drain, close, bounds) is tried on both.
 *
 * <p>The three kinds of trouble are optional: a method that returns false says that this adapter has no such trouble to
 * give, and the cases that need it are reported as skipped.
 */
public interface TestedAdapter extends AutoCloseable {
    /** @return where the kit stores; has a journal of its own name */
    L2Adapter storing();

    /** @return where the kit looks up, unlocks, loads, deletes and lists what was stored; the same unless it is a pair */
    default L2Adapter reading() {
        return storing();
    }

    /**
     * From now on no task of this kind finishes by itself: its backend or peer is silent. Stores are stalled at
     * {@link #storing()}, lookups and loads at {@link #reading()}.
     *
     * @return whether this was possible
     */
    default boolean stall(TaskKind kind) {
        return false;
    }

    /**
     * From now on tasks of this kind fail: the backend says no. Keys that are there already may still succeed.
     *
     * @return whether this was possible
     */
    default boolean fail(TaskKind kind) {
        return false;
    }

    /**
     * From now on moving a task of this kind throws an {@link Error} in the thread that moves it.
     *
     * @return whether this was possible
     */
    default boolean crash(TaskKind kind) {
        return false;
    }

    /** Ends all trouble. What was stalled may go on now, and a good fixture lets it: late writes show like this. */
    default void heal() {}

    /** Closes both adapters, and whatever stands behind them. */
    @Override
    default void close() {
        storing().close();
        reading().close();
    }
}
