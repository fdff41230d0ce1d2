package org.kvdock.l2;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.event.EventFd;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Moves KV chunks between the host's memory (L1) and one other place (L2).
 *
 * <p>A caller submits a task, waits on the eventfd of its kind, reads it, and fetches results until nothing is left.
 * Every accepted task completes exactly once (R3), and what a caller has seen the journal has (R4). Build adapters on
 * {@code org.kvdock.l2.base.L2AdapterBase}, which keeps these rules, and an adapter then contains only how bytes move.
 *
 * <p>Safe for all threads. No call waits for I/O, a peer or the disk (R2), except {@link #drain} and {@link #close},
 * which say how long. Lists are read before the call returns and may be reused afterwards. Null arguments throw
 * {@link NullPointerException}. Every submit throws, with nothing accepted and nothing left behind:
 * {@link BadArgumentException} for lists of different length, too many keys or an object past the configured size,
 * {@link BackPressureException} at a bound (R14), {@link DrainingException}, {@link ClosedException} (R11), and
 * {@link JournalUnavailableException} (R16).
 *
 * <p>In a list that names a key twice, each position counts for itself: a lookup takes a lock for each.
 *
 * <p>Implemented by adapters, which must outlive a minor version: new methods have a default.
 */
@ConsumerType
public interface L2Adapter extends AutoCloseable {
    /** Service property that holds the adapter instance's name, unique within a host. */
    String NAME_PROPERTY = "org.kvdock.l2.name";
    /** Service property that holds the adapter's type, for example {@code pd} or {@code mock}. */
    String TYPE_PROPERTY = "org.kvdock.l2.type";

    /** @return the adapter instance's name */
    String name();

    /**
     * @param kind a kind of task
     * @return its eventfd, the same for the adapter's life: readable from a completion until it is read, and the values
     *     read from it add up to the completions of this kind (R5). The adapter closes it.
     */
    EventFd eventFd(TaskKind kind);

    /**
     * Stores chunks.
     *
     * @param keys any number up to the configured bound; may be empty
     * @param objects one for each key, at the same position; not touched after the task's completion (R7)
     * @return the task's id, unique among all tasks of this adapter instance, ascending from 0 (R1)
     */
    default long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects) {
        return submitStoreTask(keys, objects, Optional.empty());
    }

    /**
     * Stores chunks of a request.
     *
     * @param keys as above; with a context whose {@code lastBatch} is set, an empty list only notifies
     * @param objects as above
     * @param context which request they belong to, empty if none
     * @return the task's id
     */
    long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context);

    /** @return every store completed since the last call, by task id; each is handed out once (R6) */
    Map<Long, TaskResult> popCompletedStoreTasks();

    /**
     * Finds which keys are held, and takes one lock for each that is (R9).
     *
     * @param keys any number up to the configured bound; may be empty
     * @return the task's id
     */
    long submitLookupAndLockTask(List<ObjectKey> keys);

    /**
     * @param taskId any number
     * @return the result of that lookup, once; empty before it completes, after it was handed out, and for an id of
     *     another kind or of no task (R6)
     */
    Optional<TaskResult> queryLookupAndLockResult(long taskId);

    /**
     * Takes back one lock for each listed key. Harmless for keys that are unknown or not locked. Never refused by limits
     * or drain (R9); the call is done when the journal has it, and what follows from it (freeing memory) happens later.
     *
     * @param keys any number
     */
    void submitUnlock(List<ObjectKey> keys);

    /**
     * Loads chunks into the caller's memory.
     *
     * @param keys any number up to the configured bound; may be empty
     * @param objects one for each key: at least as long as the chunk, bytes past the chunk stay as they were; a buffer
     *     that is too short gives bit 0
     * @return the task's id
     */
    long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects);

    /**
     * @param taskId any number
     * @return the result of that load, once, as for {@link #queryLookupAndLockResult}
     */
    Optional<TaskResult> queryLoadResult(long taskId);

    /**
     * Removes objects that are held here and not locked.
     *
     * @param keys any number
     * @return one bit for each key that was removed
     */
    Bitmap delete(List<ObjectKey> keys);

    /**
     * @param cursor empty for the first page, then what the page before said
     * @param pageSize 1 to 10,000
     * @return a page of keys
     * @throws BadArgumentException for a page size or cursor that is not as above
     */
    KeyPage listKeys(Optional<String> cursor, int pageSize);

    /** @return what is held here */
    Usage usage();

    /** @return health, tasks in flight, failures, locks, peer (R13); also after close */
    AdapterStatus status();

    /**
     * @param listener told of completions and keys from now on
     * @return closes the registration
     */
    AutoCloseable addListener(L2AdapterListener listener);

    /**
     * Stops intake of stores and lookups for good, and waits for what is in flight. Unlocks, and loads of keys that are
     * locked, still pass (R11). Interruptible: an interrupted caller gets the report of that moment, with its interrupt
     * flag set.
     *
     * @param deadline how long to wait at the most
     * @return what was left
     */
    DrainReport drain(Duration deadline);

    /**
     * Drains for the configured grace, cancels the rest, closes the eventfds last (R11). May be called again, and from a
     * listener. Afterwards pop, query, status and close still answer; every other call throws {@link ClosedException}.
     */
    @Override
    void close();
}
