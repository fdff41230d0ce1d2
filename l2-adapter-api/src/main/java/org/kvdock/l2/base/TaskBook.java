package org.kvdock.l2.base;

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
 * A task is counted before the phase is read and counted off after it is published; drain sets the phase before it reads
 * the count. So either the submit sees the drain or the drain sees the task.
 */
final class TaskBook {
    /** Told of each completion after everything else is done for it. */
    interface Completions {
        void completed(Task task, TaskResult result);
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
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger unfetched = new AtomicInteger();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final Object quiet = new Object();
    private volatile boolean someoneWaits;

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
        running.incrementAndGet();
        int tasks = unfetched.incrementAndGet();
        long inFlight = bytesInFlight.addAndGet(bytes);
        boolean accepted = false;
        try {
            intake.check();
            if (tasks > settings.maxTasksInFlight()) {
                throw new BackPressureException(AdapterSettings.MAX_TASKS, tasks, settings.maxTasksInFlight());
            }
            if (inFlight > settings.maxBytesInFlight()) {
                throw new BackPressureException(AdapterSettings.MAX_BYTES, inFlight, settings.maxBytesInFlight());
            }
            T task = maker.apply(nextId.getAndIncrement());
            writer.submitted(task.id(), kind, keys, bytes, context);
            open.put(task.id(), task);
            accepted = true;
            return task;
        } finally {
            if (!accepted) {
                unfetched.decrementAndGet();
                bytesInFlight.addAndGet(-bytes);
                countOff();
            }
        }
    }

    /** Records a decided task's end; its result becomes visible when the journal's promise holds. */
    void finish(Task task) {
        try {
            journal.whenDurable(record(task), task);
        } catch (RuntimeException | Error e) {
            task.setResult(unrecorded(task, e));
            publish(task, true);
        }
    }

    private long record(Task task) {
        if (!task.locking() || !task.decidedAs(TaskOutcome.SUCCESS)) {
            return record(task, task.doneBits(), false);
        }
        long[] position = new long[1];
        index.lockHits(task.keys(), hits -> position[0] = record(task, hits, true));
        return position[0];
    }

    private long record(Task task, Bitmap bits, boolean locking) {
        task.setResult(task.snapshotResult(bits));
        return writer.completed(task.result(), locking);
    }

    // R3 wins over R4: the task ends, but a success is never told that the journal does not have.
    private static TaskResult unrecorded(Task task, Throwable cause) {
        TaskResult told = task.snapshotResult(task.doneBits());
        return new TaskResult(
                told.taskId(),
                told.kind(),
                TaskOutcome.FAILURE,
                told.kind() == TaskKind.LOOKUP ? new Bitmap(task.size()) : told.bitmap(),
                told.moved(),
                told.unconfirmed(),
                told.bytesMoved(),
                cause instanceof JournalUnavailableException ? ErrorCode.JOURNAL_UNAVAILABLE : ErrorCode.INTERNAL,
                "journal unavailable: " + cause.getMessage());
    }

    void publish(Task task, boolean durable) {
        if (!durable) {
            task.setResult(unrecorded(task, new JournalUnavailableException("the sync failed")));
        }
        TaskResult result = task.result();
        bytesInFlight.addAndGet(-task.bytes());
        health.completed(result);
        switch (result.kind()) {
            case STORE -> storesDone.add(result);
            case LOOKUP -> lookupsDone.put(result.taskId(), result);
            case LOAD -> loadsDone.put(result.taskId(), result);
        }
        open.remove(result.taskId());
        signals[result.kind().ordinal()].add();
        countOff();
        completions.completed(task, result);
    }

    private void countOff() {
        if (running.decrementAndGet() == 0 && someoneWaits) {
            synchronized (quiet) {
                quiet.notifyAll();
            }
        }
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
        try {
            writer.delivered(taskIds);
        } catch (JournalUnavailableException e) {
            // Handed out all the same (R3, R6); after close there is no journal to tell.
            health.failed(ErrorCode.JOURNAL_UNAVAILABLE, e.getMessage(), false);
        }
    }

    Iterable<Task> openTasks() {
        return open.values();
    }

    List<Long> openIds() {
        return open.keySet().stream().sorted().toList();
    }

    boolean isIdle() {
        return running.get() == 0;
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
        long end = System.nanoTime() + nanos;
        synchronized (quiet) {
            someoneWaits = true;
            while (running.get() > 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                quiet.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return true;
        }
    }

    StateSnapshot snapshot(long epoch) {
        Set<Long> undelivered = new HashSet<>(lookupsDone.keySet());
        undelivered.addAll(loadsDone.keySet());
        storesDone.forEach(result -> undelivered.add(result.taskId()));
        return new StateSnapshot(epoch, Set.copyOf(open.keySet()), undelivered, index.lockCounts(), index.lengths());
    }
}
