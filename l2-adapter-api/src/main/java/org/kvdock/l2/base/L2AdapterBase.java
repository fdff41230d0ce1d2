package org.kvdock.l2.base;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.AdapterStatus.Phase;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.Usage;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.StateSnapshot;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What adapters are built on. It keeps R1 to R9 and R11 to R16; a subclass says how bytes move and calls
 * {@link #start()} at the end of its constructor. It never counts ids, writes the journal, signals, or catches for the
 * sake of exactly-once itself.
 *
 * <p>The moving methods {@link #store}, {@link #lookup} and {@link #load} run on this adapter's worker threads, several
 * at once. They may end the task before they return, or keep it and end it later from any thread; what they throw ends
 * it as failure. They should return within the task's deadline, since each worker runs one at a time.
 *
 * @param <V> where this adapter keeps an object that it holds itself; {@link Void} if it holds none
 */
@ConsumerType
public abstract class L2AdapterBase<V> implements L2Adapter {
    /**
     * How long close waits for cancelled tasks to leave their buffers, and for its threads to end, before it goes on
     * without them. Short, because whoever removes a service waits for it.
     */
    private static final long SETTLE_NANOS = Duration.ofMillis(300).toNanos();

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final String name;
    private final String type;
    private final AdapterSettings settings;
    private final TaskJournal journal;
    private final JournalWriter writer;
    private final TimeSource time;
    private final Health health;
    private final CompletionSignal[] signals = new CompletionSignal[TaskKind.values().length];
    private final ObjectIndex<V> index;
    private final TaskBook book;
    private final WorkerPool workers;
    private final AdapterClock clock;
    private final Listeners listeners;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private volatile boolean started;

    /**
     * @param name the adapter instance's name
     * @param type the adapter's type
     * @param settings bounds, deadlines, threads
     * @param journal open for writing; from now on this adapter's to close
     * @param time both clocks
     */
    protected L2AdapterBase(String name, String type, AdapterSettings settings, TaskJournal journal, TimeSource time) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.settings = settings;
        this.journal = journal;
        this.time = time;
        this.writer = new JournalWriter(journal, time);
        this.health = new Health(time);
        this.listeners = new Listeners(health);
        this.index = new ObjectIndex<>(writer, time, settings.lockLease().toNanos(), new ObjectIndex.IndexEvents() {
            @Override
            public void published(ObjectKey key, long bytes) {
                listeners.keyPublished(key, bytes);
            }

            @Override
            public void removed(ObjectKey key, RemovalReason reason) {
                listeners.keyRemoved(key, reason);
            }

            @Override
            public void unrecorded(Throwable thrown) {
                health.failed(thrown, true);
            }
        });
        TaskBook.Intake intake = new TaskBook.Intake() {
            @Override
            public void check(Task task) {
                requireOpenFor(task);
            }

            @Override
            public boolean closed() {
                return phase.get() == Phase.CLOSED;
            }
        };
        this.book = new TaskBook(settings, journal, writer, time, index, signals, health, intake, new TaskBook.Completions() {
            @Override
            public void completed(Task task, TaskResult result) {
                health.quietly(() -> L2AdapterBase.this.completed(task, result));
                listeners.taskCompleted(result);
            }

            @Override
            public void giveBack(List<ObjectKey> keys) {
                unlock(keys);
            }
        });
        this.workers = new WorkerPool(
                name, settings.workers(), settings.maxTasksInFlight(), this::move, e -> health.failed(e, false));
        this.clock = new AdapterClock(
                name,
                Math.min(settings.shortestDeadline().toNanos(), settings.lockLease().toNanos()),
                new Watch(book, index, time, health, keys -> health.quietly(() -> unlockedToZero(keys))));
    }

    /**
     * Opens a journal and makes an adapter over it; if making the adapter throws, the journal is closed again.
     *
     * @param journals where to open it
     * @param name the adapter instance's name
     * @param maker calls the adapter's constructor
     * @return the adapter
     */
    public static <A extends L2Adapter> A over(TaskJournals journals, String name, Function<TaskJournal, A> maker) {
        TaskJournal journal = journals.open(name);
        try {
            return maker.apply(journal);
        } catch (RuntimeException | Error e) {
            journal.close();
            throw e;
        }
    }

    // ---- what a subclass writes ----

    /**
     * Moves a store's chunks from its buffers to L2.
     *
     * @param task read its chunks with {@link StoreTask#read}; tell each stored key; end it with
     *     {@link Task#complete} or {@link Task#fail}
     * @throws Exception ends the task as failure, cause {@link ErrorCode#INTERNAL}
     */
    protected abstract void store(StoreTask task) throws Exception;

    /**
     * Finds keys. This implementation looks into the adapter's own index and locks what is there.
     *
     * @param task end it with {@link LookupTask#completeLocking} or {@link Task#complete}
     * @throws Exception ends the task as failure, cause {@link ErrorCode#INTERNAL}
     */
    protected void lookup(LookupTask task) throws Exception {
        task.completeLocking();
    }

    /**
     * Moves chunks from L2 into a load's buffers.
     *
     * @param task write its buffers with {@link LoadTask#write}; tell each loaded key; end it
     * @throws Exception ends the task as failure, cause {@link ErrorCode#INTERNAL}
     */
    protected abstract void load(LoadTask task) throws Exception;

    /** An object has left the index by {@link #delete}; its memory can be freed. */
    protected void removed(ObjectIndex.Removed<V> removed) {}

    /**
     * The last lock of these keys was given back or its lease ended. Called on the thread that unlocked, with no lock
     * held; must not block.
     *
     * @param keys each once
     */
    protected void unlockedToZero(List<ObjectKey> keys) {}

    /**
     * A task has completed, whoever decided it, and its result is visible. Called once for each accepted task, also for
     * one that no moving method has seen, on any thread; must not block.
     */
    protected void completed(Task task, TaskResult result) {}

    /** Every open task was cancelled: stop moving, close connections. Called once; tasks may still leave their buffers. */
    protected void stopMoving() {}

    /** @return bytes that this adapter can hold, -1 if it does not know */
    protected long capacityBytes() {
        return -1;
    }

    /** @return the other end, for status */
    protected Optional<AdapterStatus.Peer> peer() {
        return Optional.empty();
    }

    /** @return what only this type of adapter can tell, for status */
    protected Map<String, String> details() {
        return Map.of();
    }

    // ---- what a subclass uses ----

    /**
     * The last call of a subclass's constructor: keys that survived are in the index by now, and tasks may come. If it
     * throws, nothing was started, and whoever opened the journal closes it ({@link #over} does).
     */
    protected final void start() {
        try {
            for (int kind = 0; kind < signals.length; kind++) {
                signals[kind] = new CompletionSignal(EventFd.create());
            }
            writer.epochReady();
        } catch (RuntimeException | Error e) {
            closeEventFds();
            throw e;
        }
        workers.start();
        clock.start();
        started = true;
    }

    private void closeEventFds() {
        for (CompletionSignal signal : signals) {
            if (signal != null) {
                signal.fd().close();
            }
        }
    }

    /** @return what this adapter holds itself */
    protected final ObjectIndex<V> index() {
        return index;
    }

    protected final AdapterSettings settings() {
        return settings;
    }

    protected final TimeSource time() {
        return time;
    }

    /** @return what opening this adapter's journal found */
    protected final Recovery recovery() {
        return journal.recovery();
    }

    /** The way to L2 is broken, told by status until {@link #reportRecovered()} or a task that moves bytes. */
    protected final void reportOutage(ErrorCode code, String text) {
        health.failed(code, text, true);
    }

    /** The way to L2 works again. */
    protected final void reportRecovered() {
        health.recovered();
    }

    // ---- the contract ----

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final EventFd eventFd(TaskKind kind) {
        return signals[kind.ordinal()].fd();
    }

    @Override
    public final long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
        Objects.requireNonNull(context, "context");
        requireStarted();
        List<ObjectKey> names = Arguments.keys(keys, settings);
        List<KvBuffer> buffers = Arguments.objects(names, objects, settings);
        return submit(new StoreTask(book, names, buffers, Arguments.bytes(buffers), context), context);
    }

    @Override
    public final long submitLookupAndLockTask(List<ObjectKey> keys) {
        requireStarted();
        return submit(new LookupTask(book, Arguments.keys(keys, settings)), Optional.empty());
    }

    @Override
    public final long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
        requireStarted();
        List<ObjectKey> names = Arguments.keys(keys, settings);
        List<KvBuffer> buffers = Arguments.objects(names, objects, settings);
        return submit(new LoadTask(book, names, buffers, Arguments.bytes(buffers)), Optional.empty());
    }

    private long submit(Task task, Optional<StoreContext> context) {
        book.accept(task, context);
        clock.wake();
        workers.add(task);
        return task.id();
    }

    /** For tests: tasks that wait for a worker, also those that ended while they did. */
    final int queuedForWorkers() {
        return workers.queued();
    }

    @Override
    public final Map<Long, TaskResult> popCompletedStoreTasks() {
        return book.popStores();
    }

    @Override
    public final Optional<TaskResult> queryLookupAndLockResult(long taskId) {
        return book.query(TaskKind.LOOKUP, taskId);
    }

    @Override
    public final Optional<TaskResult> queryLoadResult(long taskId) {
        return book.query(TaskKind.LOAD, taskId);
    }

    @Override
    public final void submitUnlock(List<ObjectKey> keys) {
        requireNotClosed();
        unlock(List.copyOf(keys));
    }

    private void unlock(List<ObjectKey> keys) {
        List<ObjectKey> free = index.unlock(keys);
        if (!free.isEmpty()) {
            health.quietly(() -> unlockedToZero(free));
        }
    }

    @Override
    public final Bitmap delete(List<ObjectKey> keys) {
        requireNotClosed();
        Bitmap deleted = new Bitmap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            Optional<ObjectIndex.Removed<V>> gone = index.remove(keys.get(i), RemovalReason.DELETED);
            if (gone.isPresent()) {
                deleted.set(i);
                health.quietly(() -> removed(gone.get()));
            }
        }
        return deleted;
    }

    @Override
    public final KeyPage listKeys(Optional<String> cursor, int pageSize) {
        requireNotClosed();
        return index.page(cursor, pageSize);
    }

    @Override
    public final Usage usage() {
        requireNotClosed();
        return index.usage(capacityBytes());
    }

    @Override
    public final AdapterStatus status() {
        return new AdapterStatus(
                name, type, phase.get(), journal.epoch(), health.healthy(), health.since(), health.lastError(),
                book.inFlight(),
                book.unfetched(), health.failures(), health.bytesMoved(), index.locks(), index.size(), index.bytes(),
                peer(), details());
    }

    @Override
    public final AutoCloseable addListener(L2AdapterListener listener) {
        requireNotClosed();
        return listeners.add(listener);
    }

    /** @return this adapter's own task state; equal to the fold of its journal whenever nothing is going on (R16) */
    public final StateSnapshot snapshot() {
        return book.snapshot(journal.epoch());
    }

    @Override
    public final DrainReport drain(Duration deadline) {
        requireNotClosed();
        // First: a deadline that cannot be read must not stop the intake.
        long nanos = nanos(deadline);
        phase.compareAndSet(Phase.OPEN, Phase.DRAINING);
        try {
            book.awaitIdle(nanos);
        } catch (InterruptedException e) {
            // Unlike close this ends nothing: the report says what is left, and the caller may drain again.
            Thread.currentThread().interrupt();
        }
        return new DrainReport(book.openIds(), index.locks());
    }

    @Override
    public final void close() {
        phase.compareAndSet(Phase.OPEN, Phase.DRAINING);
        if (phase.get() == Phase.DRAINING) {
            Uninterrupted.await(nanos(settings.closeGrace()), book::awaitIdle);
        }
        if (phase.getAndSet(Phase.CLOSED) == Phase.CLOSED) {
            return;
        }
        for (Task task : book.openTasks()) {
            task.cancel();
        }
        health.quietly(this::stopMoving);
        boolean settled = Uninterrupted.await(SETTLE_NANOS, book::awaitIdle);
        book.end();
        if (settled) {
            health.quietly(writer::epochEnd);
        }
        // Before the workers are interrupted: none of them may be in the middle of an append then.
        health.quietly(journal::close);
        book.publishStragglers();
        clock.stop(SETTLE_NANOS);
        workers.stop(SETTLE_NANOS);
        closeEventFds();
    }

    private static long nanos(Duration time) {
        if (time.isNegative()) {
            return 0;
        }
        // Long enough to be for ever, short enough to add to a clock.
        return time.compareTo(FOR_EVER) > 0 ? FOR_EVER.toNanos() : time.toNanos();
    }

    private void move(Task task) {
        if (task.isDecided()) {
            return;
        }
        try {
            if (task instanceof StoreTask store) {
                store(store);
            } else if (task instanceof LoadTask load) {
                load(load);
            } else {
                lookup((LookupTask) task);
            }
        } catch (Throwable e) {
            // Also an Error: the worker goes on, and the task ends (R3).
            task.fail(e);
        }
    }

    private void requireStarted() {
        if (!started) {
            throw new IllegalStateException(name + ": start() was not called");
        }
    }

    private void requireNotClosed() {
        if (phase.get() == Phase.CLOSED) {
            throw new ClosedException(name + ": the adapter is closed");
        }
    }

    private void requireOpenFor(Task task) {
        requireNotClosed();
        if (phase.get() != Phase.DRAINING) {
            return;
        }
        if (!(task instanceof LoadTask)) {
            throw new DrainingException(name + ": the adapter drains, it takes unlocks and loads of locked keys only");
        }
        for (ObjectKey key : task.keys()) {
            if (!index.isLocked(key)) {
                throw new DrainingException(name + ": the adapter drains, and " + key + " is not locked");
            }
        }
    }
}
