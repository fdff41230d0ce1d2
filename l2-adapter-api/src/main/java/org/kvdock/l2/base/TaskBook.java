package org.kvdock.l2.base;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
 * R6, R14). No lock of this class: tasks stand in a {@link TaskTable} from accept to fetch, and how far each is says its
 * {@link Gate}.
 *
 * <pre>
 *  accept:   phase -> count it -> phase again -> bounds -> id -> journal SUBMITTED -> into the table -> closed meanwhile?
 *  finish:   journal COMPLETED (a lookup's locks in the same step) -> durable as the mode promises
 *  publish:  bytes given back -> result visible -> eventfd -> count it off -> listeners
 *  fetch:    out of the table -> place given back -> journal DELIVERED
 * </pre>
 *
 * A task is counted before the phase is read and counted off after it is published ({@link Running}).
 */
final class TaskBook {
    /** Whether new tasks may come. */
    interface Intake {
        /** Throws if the phase allows no such task; called before the task is counted, and when it is. */
        void check(Task task);

        /** @return whether close has come by the open tasks, or is about to */
        boolean closed();
    }

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
    private final Intake intake;
    private final Completions completions;

    private final Running running = new Running();
    private final Places places;
    private final TaskTable table;
    private final DoneStores doneStores = new DoneStores();
    private volatile boolean ended;

    TaskBook(
            AdapterSettings settings,
            TaskJournal journal,
            JournalWriter writer,
            TimeSource time,
            ObjectIndex<?> index,
            CompletionSignal[] signals,
            Health health,
            Intake intake,
            Completions completions) {
        this.settings = settings;
        this.journal = journal;
        this.writer = writer;
        this.time = time;
        this.index = index;
        this.signals = signals;
        this.health = health;
        this.intake = intake;
        this.completions = completions;
        this.places = new Places(settings.maxTasksInFlight(), settings.maxBytesInFlight());
        this.table = new TaskTable(settings.maxTasksInFlight());
    }

    AdapterSettings settings() {
        return settings;
    }

    TimeSource time() {
        return time;
    }

    /**
     * Accepts a task and gives it its id, or throws and leaves nothing behind (R3).
     *
     * @param context a store's, for the journal
     */
    void accept(Task task, Optional<StoreContext> context) {
        long bytes = task.bytes();
        if (bytes > settings.maxBytesInFlight()) {
            throw new BadArgumentException(
                    "objects", bytes + " bytes",
                    "at most " + settings.maxBytesInFlight() + " (" + AdapterSettings.MAX_BYTES + ")");
        }
        // Before it is counted, so that those who go on trying do not hold up a drain; and again after it, see Running.
        intake.check(task);
        running.begin();
        boolean placed = false;
        boolean named = false;
        boolean accepted = false;
        try {
            intake.check(task);
            takePlaces(bytes);
            placed = true;
            task.accepted(table.reserve());
            named = true;
            writer.submitted(task.id(), task.kind(), task.keys(), bytes, context);
            table.place(task);
            accepted = true;
        } finally {
            if (!accepted) {
                if (named) {
                    table.free(task.id());
                }
                if (placed) {
                    places.giveBytesBack(bytes);
                    places.giveTaskBack();
                }
                running.end();
            }
        }
        // Close may have gone through the open tasks before this one was among them.
        if (intake.closed()) {
            task.cancel();
        }
    }

    // Bytes first: who is refused for them has touched nothing, and who is refused for the tasks can have cost nobody but
    // those who would be refused for the tasks too.
    private void takePlaces(long bytes) {
        if (!places.tryTakeBytes(bytes)) {
            throw new BackPressureException(
                    AdapterSettings.MAX_BYTES, places.bytes() + bytes, settings.maxBytesInFlight());
        }
        if (!places.tryTakeTask()) {
            places.giveBytesBack(bytes);
            int mostTasks = settings.maxTasksInFlight();
            throw new BackPressureException(AdapterSettings.MAX_TASKS, mostTasks + 1L, mostTasks);
        }
    }

    /** Records a decided task's end; its result becomes visible when the journal's promise holds. */
    void finish(Task task) {
        long position;
        try {
            position = record(task);
        } catch (RuntimeException | Error e) {
            ErrorCode code =
                    e instanceof JournalUnavailableException ? ErrorCode.JOURNAL_UNAVAILABLE : ErrorCode.INTERNAL;
            task.tell(unrecorded(task.snapshotResult(null), code, Health.textOf(e)));
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
        task.recorded();
        task.tell(result);
        return position;
    }

    // R3 wins over R4: the task ends, but a success is never told that the journal does not have.
    private static TaskResult unrecorded(TaskResult told, ErrorCode code, String text) {
        return new TaskResult(
                told.taskId(),
                told.kind(),
                TaskOutcome.FAILURE,
                told.kind() == TaskKind.LOOKUP ? new Bitmap(told.bitmap().length()) : told.bitmap(),
                told.moved(),
                told.unconfirmed(),
                told.bytesMoved(),
                code,
                "journal unavailable: " + text);
    }

    /** Makes a result visible, once, whoever comes first. */
    void publish(Task task, boolean durable) {
        if (!task.claimPublication()) {
            return;
        }
        try {
            if (!durable) {
                withdraw(task);
            }
            places.giveBytesBack(task.bytes());
            health.completed(task.result());
        } finally {
            show(task);
        }
        completions.completed(task, task.result());
    }

    private void show(Task task) {
        task.show();
        if (task instanceof StoreTask store) {
            doneStores.add(store);
        }
        try {
            signals[task.kind().ordinal()].add();
        } catch (RuntimeException | Error e) {
            // The result is there all the same, and listeners are to hear of it.
            health.failed(e, false);
        } finally {
            running.end();
        }
    }

    // The journal could not keep its promise: what a lookup has locked, its caller will never know of. First the result:
    // if giving back throws, no success is told all the same (R4).
    private void withdraw(Task task) {
        TaskResult told = task.result();
        task.retell(unrecorded(told, ErrorCode.JOURNAL_UNAVAILABLE, "the sync failed"));
        if (task.locking() && told.success()) {
            completions.giveBack(told.bitmap().gather(task.keys()));
        }
    }

    /** After the journal was closed: whoever still waits for its promise waits in vain. */
    void publishStragglers() {
        openTasks().forEach(task -> publish(task, false));
    }

    Map<Long, TaskResult> popStores() {
        // What comes while this goes through them is for the next call: a fast adapter cannot keep its caller here.
        StoreTask first = doneStores.takeAll();
        if (first == null) {
            return new LinkedHashMap<>();
        }
        Map<Long, TaskResult> popped = new LinkedHashMap<>();
        long[] ids = new long[length(first)];
        int count = 0;
        StoreTask next;
        for (StoreTask store = first; store != null; store = next) {
            next = store.next;
            // A long chain of dead tasks must not hang on one that somebody keeps.
            store.next = null;
            // Nobody else has what this has taken, so the claim is never lost.
            store.claimDelivery();
            popped.put(store.id(), store.result());
            table.free(store.id());
            places.giveTaskBack();
            if (store.isRecorded()) {
                ids[count++] = store.id();
            }
        }
        delivered(count == ids.length ? ids : Arrays.copyOf(ids, count));
        return popped;
    }

    private static int length(StoreTask first) {
        int length = 0;
        for (StoreTask store = first; store != null; store = store.next) {
            length++;
        }
        return length;
    }

    Optional<TaskResult> query(TaskKind kind, long taskId) {
        Task task = table.find(taskId);
        if (task == null || task.kind() != kind || !task.claimDelivery()) {
            return Optional.empty();
        }
        table.free(taskId);
        places.giveTaskBack();
        if (task.isRecorded()) {
            delivered(taskId);
        }
        return Optional.of(task.result());
    }

    // Only of tasks whose completion the journal has: to it the others are open, until the next epoch gives them up.
    private void delivered(long... taskIds) {
        if (ended || taskIds.length == 0) {
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

    /** @return tasks whose result is not visible */
    List<Task> openTasks() {
        return table.those(Task::inFlight);
    }

    /** @return what is in flight, by kind; every kind has an entry */
    Map<TaskKind, AdapterStatus.InFlight> inFlight() {
        long now = time.nanos();
        Map<TaskKind, AdapterStatus.InFlight> inFlight = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            inFlight.put(kind, new AdapterStatus.InFlight(0, Duration.ZERO));
        }
        for (Task task : openTasks()) {
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
        return openTasks().stream().map(Task::id).sorted().toList();
    }

    boolean isIdle() {
        return running.isIdle();
    }

    /** Counted from what is there to fetch: the counters of the bounds run a moment behind it. */
    int unfetched() {
        return table.those(Task::fetchable).size();
    }

    /**
     * @param nanos how long to wait at the most
     * @return whether nothing is in flight
     */
    boolean awaitIdle(long nanos) throws InterruptedException {
        return running.awaitIdle(nanos);
    }

    StateSnapshot snapshot(long epoch) {
        return new StateSnapshot(
                epoch, ids(Task::inFlight), ids(Task::fetchable), index.lockCounts(), index.lengths());
    }

    private Set<Long> ids(Predicate<Task> state) {
        return table.those(state).stream().map(Task::id).collect(Collectors.toUnmodifiableSet());
    }
}
