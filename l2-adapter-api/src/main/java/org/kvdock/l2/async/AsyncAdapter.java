package org.kvdock.l2.async;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;

/**
 * An adapter whose tasks are stages, made by {@link AsyncPoller#attach}. Safe for all threads; which of them does what is
 * in the table there.
 *
 * <p><b>Exactly once.</b> A call that returns a stage has submitted one task, and the stage completes once: with the
 * task's result, whatever its outcome (a failed task is a result, not an exception), also when the adapter is closed by
 * whomever (R3, R11). A call that throws has accepted nothing; it throws what the adapter's submit throws. A stage
 * completes exceptionally only if the adapter breaks its contract (a fetch throws) or the system refuses to poll.
 *
 * <p><b>Giving up.</b> Cancelling a stage, or completing it by any other hand ({@code orTimeout}), gives up the interest
 * in its result and nothing else: the task still completes in the adapter, and until then its buffers belong to it (R7).
 * Its result is fetched and dropped, and the locks of a lookup are given back. Cancel the stage that the call returned;
 * those derived from it are other stages.
 *
 * <p><b>Bounds.</b> The adapter's own (R14): at most so many stages wait for their tasks, and at most as many more are
 * fetched and about to complete.
 */
public final class AsyncAdapter implements AutoCloseable {
    private enum Phase {
        /** Takes tasks. */
        OPEN,
        /** Takes none; stages wait for theirs. */
        CLOSING,
        /** No stage is left, the eventfds are free. */
        DETACHED
    }

    private final AsyncPoller poller;
    private final EventPoller events;
    private final L2Adapter adapter;
    private final Map<TaskKind, EventFd> eventFds = new EnumMap<>(TaskKind.class);
    /** Held shared while a task is submitted and its stage noted, exclusively while results are fetched. */
    private final ReadWriteLock submitting = new ReentrantReadWriteLock();
    private final Interests interests;
    /** Only moves forward; to DETACHED while {@code submitting} is held exclusively. */
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    /** Whether the poller's thread was asked to look and has not begun to. */
    private final AtomicBoolean asked = new AtomicBoolean();
    /** Written by {@link #attach} before the poller has an eventfd of this adapter. */
    private AutoCloseable listening;
    /** Of the poller's thread: an eventfd was closed, and so the adapter before it (R11). */
    private boolean adapterClosed;

    AsyncAdapter(AsyncPoller poller, EventPoller events, L2Adapter adapter) {
        this.poller = poller;
        this.events = events;
        this.adapter = adapter;
        this.interests = new Interests(adapter);
        for (TaskKind kind : TaskKind.values()) {
            eventFds.put(kind, adapter.eventFd(kind));
        }
    }

    /** @return the adapter; its own calls may be used too, but for submits, pops, queries and eventfds */
    public L2Adapter adapter() {
        return adapter;
    }

    /** Stores chunks, as {@link L2Adapter#submitStoreTask(List, List)}. */
    public CompletableFuture<TaskResult> store(List<ObjectKey> keys, List<KvBuffer> objects) {
        return store(keys, objects, Optional.empty());
    }

    /** Stores chunks of a request, as {@link L2Adapter#submitStoreTask(List, List, Optional)}. */
    public CompletableFuture<TaskResult> store(
            List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
        return submit(TaskKind.STORE, List.of(), () -> adapter.submitStoreTask(keys, objects, context));
    }

    /**
     * Finds and locks, as {@link L2Adapter#submitLookupAndLockTask}. From the moment at which the stage completes with a
     * result the locks are the caller's, to give back by {@link #unlock}.
     */
    public CompletableFuture<TaskResult> lookupAndLock(List<ObjectKey> keys) {
        List<ObjectKey> names = List.copyOf(keys);
        return submit(TaskKind.LOOKUP, names, () -> adapter.submitLookupAndLockTask(names));
    }

    /** Loads chunks, as {@link L2Adapter#submitLoadTask}. */
    public CompletableFuture<TaskResult> load(List<ObjectKey> keys, List<KvBuffer> objects) {
        return submit(TaskKind.LOAD, List.of(), () -> adapter.submitLoadTask(keys, objects));
    }

    /** Gives locks back, as {@link L2Adapter#submitUnlock}; also after {@link #close}. */
    public void unlock(List<ObjectKey> keys) {
        adapter.submitUnlock(keys);
    }

    /**
     * Takes no more tasks, and leaves the adapter open. Returns at once; stages complete as their tasks do, and after the
     * last of them the eventfds are free for somebody else. May be called again, and from a stage.
     */
    @Override
    public void close() {
        if (phase.compareAndSet(Phase.OPEN, Phase.CLOSING)) {
            ask();
        }
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) {
            poller.ask(this);
        }
    }

    private CompletableFuture<TaskResult> submit(TaskKind kind, List<ObjectKey> locking, LongSupplier call) {
        Interest interest = new Interest(kind, locking);
        Lock shared = submitting.readLock();
        shared.lock();
        try {
            if (phase.get() != Phase.OPEN) {
                throw new ClosedException(adapter.name() + ": its facade is closed");
            }
            interests.add(call.getAsLong(), interest);
            return interest.stage();
        } finally {
            shared.unlock();
        }
    }

    /** On the thread of {@link AsyncPoller#attach}, under its monitor: {@link #letGo} cannot get ahead of it. */
    void attach() {
        listening = adapter.addListener(new L2AdapterListener() {
            // A completion that R7 held back until the eventfds were closed signals nobody.
            @Override
            public void taskCompleted(TaskResult result) {
                if (!eventFds.get(result.kind()).isOpen()) {
                    ask();
                }
            }
        });
        List<EventFd> added = new ArrayList<>();
        try {
            for (TaskKind kind : TaskKind.values()) {
                EventFd fd = eventFds.get(kind);
                events.add(fd, () -> signalled(kind), this::adapterClosed);
                added.add(fd);
            }
        } finally {
            if (added.size() < TaskKind.values().length) {
                added.forEach(events::remove);
                stopListening();
            }
        }
    }

    private void signalled(TaskKind kind) {
        try {
            eventFds.get(kind).read();
        } catch (RuntimeException e) {
            abandon(e);
            return;
        }
        look(kind);
    }

    private void adapterClosed() {
        adapterClosed = true;
        look();
    }

    /** Fetches whatever is there, signal or not, and lets go if nothing more can come. On the poller's thread. */
    void look() {
        asked.set(false);
        for (TaskKind kind : TaskKind.values()) {
            look(kind);
        }
    }

    private void look(TaskKind kind) {
        List<Interests.Fetched> fetched = new ArrayList<>();
        Throwable broken = null;
        Lock exclusive = submitting.writeLock();
        exclusive.lock();
        try {
            if (phase.get() != Phase.DETACHED) {
                interests.fetch(kind, fetched);
            }
        } catch (RuntimeException | Error e) {
            broken = e;
        } finally {
            exclusive.unlock();
        }
        for (Interests.Fetched one : fetched) {
            one.interest().end(one.result(), adapter);
        }
        if (broken != null) {
            abandon(broken);
        } else {
            detachIfDone();
        }
    }

    private void detachIfDone() {
        boolean done = false;
        Lock exclusive = submitting.writeLock();
        exclusive.lock();
        try {
            // No submit is under way now, and none will be accepted: not by a facade that closes, nor by a closed adapter.
            if ((phase.get() == Phase.CLOSING || adapterClosed) && interests.isEmpty()) {
                done = phase.getAndSet(Phase.DETACHED) != Phase.DETACHED;
            }
        } finally {
            exclusive.unlock();
        }
        if (done) {
            letGo();
        }
    }

    /** Nothing more will be heard of any task: their stages say so. On the poller's thread. */
    void abandon(Throwable cause) {
        List<Interest> left;
        Lock exclusive = submitting.writeLock();
        exclusive.lock();
        try {
            phase.set(Phase.DETACHED);
            left = interests.removeAll();
        } finally {
            exclusive.unlock();
        }
        for (Interest interest : left) {
            interest.abandon(new L2Exception(adapter.name() + ": the task's end will not be heard of: " + cause, cause));
        }
        letGo();
    }

    private void letGo() {
        eventFds.values().forEach(events::remove);
        stopListening();
        poller.detached(this);
    }

    private void stopListening() {
        try {
            listening.close();
        } catch (Exception e) {
            // It then hears of completions, and asks a poller that no longer has this facade.
        }
    }

    @Override
    public String toString() {
        return "AsyncAdapter[" + adapter.name() + ", " + phase + ", " + interests + "]";
    }
}
