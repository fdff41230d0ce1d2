package org.kvdock.l2.journal;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;

/**
 * The fold: an adapter's task state after any number of its journal's records (R16). A pure function of the records,
 * used by recovery, by the tools and by tests alike. Its memory grows with what is open, locked and stored, not with
 * how many records were read. For one thread.
 *
 * <p>Locks are signed counts: an unlock record says which keys really gave a lock back, so that the order in which two
 * threads append an unlock and a lookup's completion does not change what they add up to.
 */
public final class TaskState {
    /**
     * A task that was accepted and has not ended.
     *
     * @param taskId id within its epoch
     * @param kind its kind
     * @param keys its keys, in order
     * @param bytes bytes of its buffers together
     * @param context the request of a store
     * @param sinceMicros when it was accepted, wall clock
     * @param sequence number of the record that says so
     */
    public record OpenTask(
            long taskId,
            TaskKind kind,
            List<ObjectKey> keys,
            long bytes,
            Optional<StoreContext> context,
            long sinceMicros,
            long sequence) {}

    /**
     * A key that is stored.
     *
     * @param bytes its length
     * @param checksum CRC-32C of its bytes, 0 if the adapter has none
     * @param place where the adapter keeps it, in the adapter's own terms
     */
    public record StoredKey(long bytes, int checksum, long place) {}

    /**
     * A task's name across restarts (R1).
     *
     * @param epoch the epoch that accepted it
     * @param taskId its id there
     */
    public record TaskName(long epoch, long taskId) {}

    /** How many records, by what they say; over everything that was folded. */
    public static final class Counters {
        private long records;
        private long epochs;
        private long submitted;
        private long completed;
        private long failed;
        private long delivered;
        private long unlocks;
        private long abandoned;
        private long bytesMoved;

        private Counters() {}

        public long records() {
            return records;
        }

        public long epochs() {
            return epochs;
        }

        public long submitted() {
            return submitted;
        }

        public long completed() {
            return completed;
        }

        /** @return completions with another outcome than success */
        public long failed() {
            return failed;
        }

        /** @return results that were handed out */
        public long delivered() {
            return delivered;
        }

        /** @return locks that were given back */
        public long unlocks() {
            return unlocks;
        }

        public long abandoned() {
            return abandoned;
        }

        public long bytesMoved() {
            return bytesMoved;
        }

        /** @return all of them, in the order of the fields */
        long[] values() {
            return new long[] {
                records, epochs, submitted, completed, failed, delivered, unlocks, abandoned, bytesMoved
            };
        }

        private void set(long[] values) {
            records = values[0];
            epochs = values[1];
            submitted = values[2];
            completed = values[3];
            failed = values[4];
            delivered = values[5];
            unlocks = values[6];
            abandoned = values[7];
            bytesMoved = values[8];
        }
    }

    private final Counters counters = new Counters();
    private final Map<TaskName, OpenTask> open = new LinkedHashMap<>();
    private final Set<Long> undelivered = new HashSet<>();
    private final Map<ObjectKey, Long> locks = new HashMap<>();
    private final Map<ObjectKey, StoredKey> keys = new HashMap<>();
    private final Map<ObjectKey, StoredKey> candidates = new HashMap<>();
    private long epoch = -1;
    private boolean ended;
    private long nextSequence;
    private long gaps;
    private long strays;

    /** The state before the first record. */
    public TaskState() {}

    /**
     * Folds one record.
     *
     * @param record the next record of the journal
     */
    public void apply(JournalRecord record) {
        long sequence = record.header().sequence();
        if (counters.records > 0 && sequence != nextSequence) {
            gaps++;
        }
        nextSequence = sequence + 1;
        counters.records++;
        if (record instanceof JournalRecord.Submitted submitted) {
            submitted(submitted);
        } else if (record instanceof JournalRecord.Completed completed) {
            completed(completed);
        } else if (record instanceof JournalRecord.Delivered delivered) {
            delivered(delivered);
        } else if (record instanceof JournalRecord.Unlocked unlocked) {
            unlocked(unlocked);
        } else if (record instanceof JournalRecord.KeyPublished published) {
            keys.put(published.key(), new StoredKey(published.bytes(), published.checksum(), published.place()));
            candidates.remove(published.key());
        } else if (record instanceof JournalRecord.KeyRemoved removed) {
            keys.remove(removed.key());
            candidates.remove(removed.key());
        } else if (record instanceof JournalRecord.LeaseEnded lease) {
            addLocks(lease.key(), -lease.locks());
        } else if (record instanceof JournalRecord.Abandoned gone) {
            counters.abandoned++;
            if (open.remove(new TaskName(gone.taskEpoch(), gone.taskId())) == null) {
                strays++;
            }
        } else if (record instanceof JournalRecord.EpochStart start) {
            epochStart(start);
        } else if (record instanceof JournalRecord.EpochReady) {
            candidates.clear();
        } else if (record instanceof JournalRecord.EpochEnd) {
            ended = true;
        }
    }

    private void epochStart(JournalRecord.EpochStart start) {
        counters.epochs++;
        epoch = start.header().epoch();
        ended = false;
        locks.clear();
        undelivered.clear();
        // Candidates of an epoch that never got ready stay candidates: it may have died before it could state them.
        candidates.putAll(keys);
        keys.clear();
    }

    private void submitted(JournalRecord.Submitted task) {
        counters.submitted++;
        OpenTask before = open.put(
                new TaskName(task.header().epoch(), task.taskId()),
                new OpenTask(
                        task.taskId(),
                        task.kind(),
                        task.keys(),
                        task.bytes(),
                        task.context(),
                        task.header().wallMicros(),
                        task.header().sequence()));
        if (before != null) {
            strays++;
        }
    }

    private void completed(JournalRecord.Completed task) {
        counters.completed++;
        counters.bytesMoved += task.bytesMoved();
        if (task.outcome() != TaskOutcome.SUCCESS) {
            counters.failed++;
        }
        OpenTask submitted = open.remove(new TaskName(task.header().epoch(), task.taskId()));
        if (submitted == null) {
            strays++;
            return;
        }
        undelivered.add(task.taskId());
        if (task.bitmap().length() != submitted.keys().size()) {
            strays++;
        } else if (task.locking()) {
            addLocks(submitted.keys(), task.bitmap(), 1);
        }
    }

    private void delivered(JournalRecord.Delivered delivery) {
        for (long id : delivery.taskIds()) {
            counters.delivered++;
            if (!undelivered.remove(id)) {
                strays++;
            }
        }
    }

    private void unlocked(JournalRecord.Unlocked unlock) {
        counters.unlocks += unlock.effective().count();
        addLocks(unlock.keys(), unlock.effective(), -1);
    }

    private void addLocks(List<ObjectKey> keys, Bitmap which, long count) {
        for (int i = 0; i < which.length(); i++) {
            if (which.test(i)) {
                addLocks(keys.get(i), count);
            }
        }
    }

    private void addLocks(ObjectKey key, long count) {
        locks.merge(key, count, (a, b) -> a + b == 0 ? null : a + b);
    }

    public Counters counters() {
        return counters;
    }

    /** @return the last epoch that was started, -1 before the first */
    public long epoch() {
        return epoch;
    }

    /** @return whether the last epoch was ended in good order */
    public boolean ended() {
        return ended;
    }

    /** @return the sequence number that the next record must have */
    public long nextSequence() {
        return nextSequence;
    }

    /** @return tasks of any epoch that were accepted and have not ended, in the order of their submits; a live view */
    public Map<TaskName, OpenTask> openTasks() {
        return Collections.unmodifiableMap(open);
    }

    /** @return ids of the last epoch's tasks that ended and whose result nobody has fetched; a live view */
    public Set<Long> undelivered() {
        return Collections.unmodifiableSet(undelivered);
    }

    /** @return keys that are stored; a live view */
    public Map<ObjectKey, StoredKey> keys() {
        return Collections.unmodifiableMap(keys);
    }

    /** @return locks held by key, keys without a lock left out; a live view */
    public Map<ObjectKey, Long> locks() {
        return Collections.unmodifiableMap(locks);
    }

    /** @return keys that an epoch before held and the last one has not stated yet; a live view */
    public Map<ObjectKey, StoredKey> candidates() {
        return Collections.unmodifiableMap(candidates);
    }

    /** @return locks that are held, all keys together */
    public long locksHeld() {
        return locks.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @return how often a record's sequence number did not follow the one before: records are missing there */
    public long gaps() {
        return gaps;
    }

    /**
     * @return records that do not fit the ones before (a second completion, a delivery of an unknown task); zero in a
     *     journal that was read from its beginning without damage
     */
    public long strays() {
        return strays;
    }

    /** @return the last epoch's tasks, locks and keys, to compare with the adapter's own */
    public StateSnapshot snapshot() {
        Set<Long> openIds = new HashSet<>();
        for (TaskName name : open.keySet()) {
            if (name.epoch() == epoch) {
                openIds.add(name.taskId());
            }
        }
        Map<ObjectKey, Long> keyBytes = new HashMap<>();
        keys.forEach((key, stored) -> keyBytes.put(key, stored.bytes()));
        return new StateSnapshot(epoch, openIds, undelivered, locks, keyBytes);
    }

    // For TaskStateCodec only: a state as it was, piece by piece.

    void restore(long[] counted, long epoch, boolean ended, long nextSequence, long gaps, long strays) {
        counters.set(counted);
        this.epoch = epoch;
        this.ended = ended;
        this.nextSequence = nextSequence;
        this.gaps = gaps;
        this.strays = strays;
    }

    void restoreOpen(TaskName name, OpenTask task) {
        open.put(name, task);
    }

    void restoreUndelivered(long taskId) {
        undelivered.add(taskId);
    }

    void restoreLocks(ObjectKey key, long count) {
        locks.put(key, count);
    }

    void restoreKey(ObjectKey key, StoredKey stored, boolean candidate) {
        (candidate ? candidates : keys).put(key, stored);
    }
}
