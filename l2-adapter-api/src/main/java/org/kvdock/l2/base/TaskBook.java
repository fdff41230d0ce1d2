package org.kvdock.l2.base;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.StateSnapshot;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * The books of one adapter: ids, open tasks, completed results, bounds, and their order with the journal (R1, R3, R4,
 * R6, R14). A submit takes no lock of this class; what it touches is atomic or a concurrent map.
 *
 * <pre>
 *  accept:   count it -> bounds -> phase -> id -> journal SUBMITTED -> open table
 *  finish:   journal COMPLETED (a lookup's locks in the same step) -> durable as the mode promises
 *  publish:  result visible -> out of the open table -> eventfd -> count it off -> listeners
 * </pre>
 *
 * A task is counted before the phase is read and counted off after it is published ({@link Running}).
 */
final class TaskBook {
    /** Who hears of what happens here. */
    interface Completions {
        /** Told of each completion after everything else is done for it; throws nothing. */
        void completed(Task task, TaskResult result);

        /** Locks that a lookup took and nobody will hear of. */
        void giveBack(List<ObjectKey> keys);
    }

    private final AdapterSettings settings;
    private final TaskJournal journal;
    private final JournalWriter writer;
    private final TimeSource time;
    private final ObjectIndex<?> index;
    private final CompletionSignal[] signals;
    private final Health health;
    private final Completions completions;

    private final AtomicLong nextId = new AtomicLong();
    private final ConcurrentMap<Long, Task> open = new ConcurrentHashMap<>();
    private final Queue<TaskResult> storesDone = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<Long, TaskResult> lookupsDone = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, TaskResult> loadsDone = new ConcurrentHashMap<>();
    private final Running running = new Running();
    private final AtomicInteger unfetched = new AtomicInteger();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private volatile boolean ended;

    TaskBook(
            AdapterSettings settings,
            TaskJournal journal,
            JournalWriter writer,
            TimeSource time,
            ObjectIndex<?> index,
            CompletionSignal[] signals,
            Health health,
            Completions completions) {
        this.settings = settings;
        this.journal = journal;
        this.writer = writer;
        this.time = time;
        this.index = index;
        this.signals = signals;
        this.health = health;
        this.completions = completions;
    }

    AdapterSettings settings() {
        return settings;
    }

    TimeSource time() {
        return time;
    }

    /** Throws if intake is stopped; called when the task is counted already. */
    interface Intake {
        void check();
    }

    /**
     * Accepts a task, or throws and leaves nothing behind (R3).
     *
     * @param bytes bytes of its buffers
     * @param intake throws if the phase allows no such task
     * @param maker makes the task for an id
     */
    <T extends Task> T accept(
            TaskKind kind,
            List<ObjectKey> keys,
            long bytes,
            Optional<StoreContext> context,
            Intake intake,
            LongFunction<T> maker) {
        if (bytes > settings.maxBytesInFlight()) {
            throw new BadArgumentException(
                    "objects", bytes + " bytes", "at most " + settings.maxBytesInFlight() + " (" + AdapterSettings.MAX_BYTES + ")");
        }
        running.begin();
        boolean placed = false;
        boolean accepted = false;
        try {
            intake.check();
            takePlaces(bytes);
            placed = true;
            T task = maker.apply(nextId.getAndIncrement());
            writer.submitted(task.id(), kind, keys, bytes, context);
            open.put(task.id(), task);
            accepted = true;
            return task;
        } finally {
            if (!accepted) {
                if (placed) {
                    unfetched.decrementAndGet();
                    bytesInFlight.addAndGet(-bytes);
                }
                running.end();
            }
        }
    }

    // Taken only where there is room, so that a submit that is refused never costs another one its place.
    private void takePlaces(long bytes) {
        int mostTasks = settings.maxTasksInFlight();
        int tasks;
        do {
            tasks = unfetched.get();
            if (tasks >= mostTasks) {
                throw new BackPressureException(AdapterSettings.MAX_TASKS, tasks + 1L, mostTasks);
            }
        } while (!unfetched.compareAndSet(tasks, tasks + 1));
        long mostBytes = settings.maxBytesInFlight();
        long inFlight;
        do {
            inFlight = bytesInFlight.get();
            if (bytes > mostBytes - inFlight) {
                unfetched.decrementAndGet();
                throw new BackPressureException(AdapterSettings.MAX_BYTES, inFlight + bytes, mostBytes);
            }
        } while (bytes > 0 && !bytesInFlight.compareAndSet(inFlight, inFlight + bytes));
    }

    /** Records a decided task's end; its result becomes visible when the journal's promise holds. */
    void finish(Task task) {
        long position;
        try {
            position = record(task);
        } catch (RuntimeException | Error e) {
            task.tell(unrecorded(task.snapshotResult(null), e));
            publish(task, true);
            return;
        }
        try {
            journal.whenDurable(position, task);
        } catch (RuntimeException | Error e) {
            health.failed(e, false);
            // Whether or not the journal has called back before it threw: the first of the two publishes.
            publish(task, false);
        }
    }

    private long record(Task task) {
        if (!task.locking() || !task.decidedAs(TaskOutcome.SUCCESS)) {
            return record(task, null, false);
        }
        long[] position = new long[1];
        index.lockHits(task.keys(), hits -> position[0] = record(task, hits, true));
        return position[0];
    }

    private long record(Task task, Bitmap bits, boolean locking) {
        TaskResult result = task.snapshotResult(bits);
        long position = writer.completed(result, locking);
        task.tell(result);
        return position;
    }

    // R3 wins over R4: the task ends, but a success is never told that the journal does not have.
    private static TaskResult unrecorded(TaskResult told, Throwable cause) {
        return new TaskResult(
                told.taskId(),
                told.kind(),
                TaskOutcome.FAILURE,
                told.kind() == TaskKind.LOOKUP ? new Bitmap(told.bitmap().length()) : told.bitmap(),
                told.moved(),
                told.unconfirmed(),
                told.bytesMoved(),
                cause instanceof JournalUnavailableException ? ErrorCode.JOURNAL_UNAVAILABLE : ErrorCode.INTERNAL,
                "journal unavailable: " + Health.textOf(cause));
    }

    /** Makes a result visible, once, whoever comes first. */
    void publish(Task task, boolean durable) {
        if (!task.claimPublication()) {
            return;
        }
        TaskResult result = durable ? task.result() : withdrawn(task);
        bytesInFlight.addAndGet(-task.bytes());
        health.completed(result);
        switch (result.kind()) {
            case STORE -> storesDone.add(result);
            case LOOKUP -> lookupsDone.put(result.taskId(), result);
            case LOAD -> loadsDone.put(result.taskId(), result);
        }
        open.remove(result.taskId());
        try {
            signals[result.kind().ordinal()].add();
        } finally {
            running.end();
        }
        completions.completed(task, result);
    }

    // The journal could not keep its promise: what a lookup has locked, its caller will never know of.
    private TaskResult withdrawn(Task task) {
        TaskResult told = task.result();
        if (task.locking() && told.success()) {
            completions.giveBack(told.bitmap().gather(task.keys()));
        }
        return unrecorded(told, new JournalUnavailableException("the sync failed"));
    }

    /** After the journal was closed: whoever still waits for its promise waits in vain. */
    void publishStragglers() {
        open.values().forEach(task -> publish(task, false));
    }

    Map<Long, TaskResult> popStores() {
        Map<Long, TaskResult> popped = new LinkedHashMap<>();
        // A bound on one call, so that a fast adapter cannot keep its caller here.
        for (int left = settings.maxTasksInFlight(); left > 0; left--) {
            TaskResult result = storesDone.poll();
            if (result == null) {
                break;
            }
            popped.put(result.taskId(), result);
        }
        if (!popped.isEmpty()) {
            delivered(popped.keySet().stream().mapToLong(Long::longValue).toArray());
        }
        return popped;
    }

    Optional<TaskResult> query(TaskKind kind, long taskId) {
        TaskResult result = (kind == TaskKind.LOOKUP ? lookupsDone : loadsDone).remove(taskId);
        if (result != null) {
            delivered(taskId);
        }
        return Optional.ofNullable(result);
    }

    private void delivered(long... taskIds) {
        unfetched.addAndGet(-taskIds.length);
        if (ended) {
            return;
        }
        try {
            writer.delivered(taskIds);
        } catch (RuntimeException | Error e) {
            // Handed out all the same, whatever it was (R3, R6).
            health.failed(e, false);
        }
    }

    /** The epoch ends: what is fetched from now on the journal is not told, since its next epoch forgets it anyway. */
    void end() {
        ended = true;
    }

    Iterable<Task> openTasks() {
        return open.values();
    }

    /** @return what is in flight, by kind; every kind has an entry */
    Map<TaskKind, AdapterStatus.InFlight> inFlight() {
        long now = time.nanos();
        Map<TaskKind, AdapterStatus.InFlight> inFlight = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            inFlight.put(kind, new AdapterStatus.InFlight(0, Duration.ZERO));
        }
        for (Task task : open.values()) {
            AdapterStatus.InFlight before = inFlight.get(task.kind());
            Duration age = Duration.ofNanos(Math.max(0, now - task.acceptedNanos()));
            inFlight.put(
                    task.kind(),
                    new AdapterStatus.InFlight(
                            before.tasks() + 1, age.compareTo(before.oldest()) > 0 ? age : before.oldest()));
        }
        return inFlight;
    }

    List<Long> openIds() {
        return open.keySet().stream().sorted().toList();
    }

    boolean isIdle() {
        return running.isIdle();
    }

    /** Counted from what is there to fetch: the counters of the bounds run a moment behind it. */
    int unfetched() {
        return storesDone.size() + lookupsDone.size() + loadsDone.size();
    }

    /**
     * @param nanos how long to wait at the most
     * @return whether nothing is in flight
     */
    boolean awaitIdle(long nanos) throws InterruptedException {
        return running.awaitIdle(nanos);
    }

    StateSnapshot snapshot(long epoch) {
        Set<Long> undelivered = new HashSet<>(lookupsDone.keySet());
        undelivered.addAll(loadsDone.keySet());
        storesDone.forEach(result -> undelivered.add(result.taskId()));
        return new StateSnapshot(epoch, Set.copyOf(open.keySet()), undelivered, index.lockCounts(), index.lengths());
    }
}
