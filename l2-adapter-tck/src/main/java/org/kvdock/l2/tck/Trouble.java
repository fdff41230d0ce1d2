package org.kvdock.l2.tck;

import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.base.Task;

/**
 * Stands in front of the moving methods of an adapter on the base, in a subclass of a fixture's own, and gives the
 * trouble that {@link TestedAdapter} asks for: the move comes only with {@link #heal}, or the task fails, or the thread
 * that moves gets an {@link Error}. What the adapter itself then does, late moves included, is its own code.
 *
 * <p>Safe for all threads; the sets are guarded by this object's monitor.
 */
public final class Trouble {
    private final Set<TaskKind> stalling = EnumSet.noneOf(TaskKind.class);
    private final Set<TaskKind> failing = EnumSet.noneOf(TaskKind.class);
    private final Set<TaskKind> crashing = EnumSet.noneOf(TaskKind.class);
    private final Queue<Runnable> stalled = new ConcurrentLinkedQueue<>();

    /**
     * The adapter's own moving method, for one task.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Move<E extends Exception> {
        /** @throws E as the moving method does */
        void run() throws E;
    }

    /** No trouble yet. */
    public Trouble() {}

    /**
     * Moves a task, unless there is trouble for its kind.
     *
     * @param task the task to move
     * @param move moves it; run here and now, or by {@link #heal}, or never
     * @throws E as the move does
     */
    public <E extends Exception> void move(Task task, Move<E> move) throws E {
        synchronized (this) {
            if (crashing.contains(task.kind())) {
                throw new KitError("a mover of a " + task.kind());
            }
            if (failing.contains(task.kind())) {
                task.fail(ErrorCode.PEER_LOST, "the test wants no " + task.kind());
                return;
            }
            if (stalling.contains(task.kind())) {
                // Goes on with heal, whatever has become of the task by then.
                stalled.add(() -> {
                    try {
                        move.run();
                    } catch (Exception e) {
                        task.fail(e);
                    }
                });
                return;
            }
        }
        move.run();
    }

    /** @return that adapter, which has this trouble in front of its moves, for the kit */
    public TestedAdapter of(L2Adapter adapter) {
        return of(adapter, adapter);
    }

    /**
     * @param adapter what the kit calls
     * @param moving the adapter that has this trouble in front of its moves, and that is closed at the end
     * @return both, for the kit
     */
    public TestedAdapter of(L2Adapter adapter, L2Adapter moving) {
        return new TestedAdapter() {
            @Override
            public L2Adapter storing() {
                return adapter;
            }

            @Override
            public boolean stall(TaskKind kind) {
                return Trouble.this.stall(kind);
            }

            @Override
            public boolean fail(TaskKind kind) {
                return Trouble.this.fail(kind);
            }

            @Override
            public boolean crash(TaskKind kind) {
                return Trouble.this.crash(kind);
            }

            @Override
            public void heal() {
                Trouble.this.heal();
            }

            @Override
            public void close() {
                moving.close();
            }
        };
    }

    /** @see TestedAdapter#stall */
    public synchronized boolean stall(TaskKind kind) {
        stalling.add(kind);
        return true;
    }

    /** @see TestedAdapter#fail */
    public synchronized boolean fail(TaskKind kind) {
        failing.add(kind);
        return true;
    }

    /** @see TestedAdapter#crash */
    public synchronized boolean crash(TaskKind kind) {
        crashing.add(kind);
        return true;
    }

    /** Ends all trouble; what was stalled moves now, on the calling thread. */
    public void heal() {
        synchronized (this) {
            stalling.clear();
            failing.clear();
            crashing.clear();
        }
        for (Runnable move = stalled.poll(); move != null; move = stalled.poll()) {
            move.run();
        }
    }
}
