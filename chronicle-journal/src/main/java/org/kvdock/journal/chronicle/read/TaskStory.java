package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;

/**
 * One task's whole life: its own records, and what happened to its keys on its account (a store's keys published, a
 * lookup's locks given back). Where several tasks lock a key, the records do not say whose lock an unlock gives back;
 * the first one after the lookup is taken for its own.
 *
 * @param journal where it is
 * @param epoch the epoch that accepted it
 * @param taskId its id there
 * @param steps in the order of the records, at most {@link #MAX_STEPS}; empty if the journal knows no such task
 * @param damages what could not be read
 */
public record TaskStory(
        JournalDirectory journal, long epoch, long taskId, List<Step> steps, List<Damage> damages) {
    /** Most steps that are kept. */
    public static final int MAX_STEPS = 10_000;

    /**
     * @param record what happened
     * @param at where it stands
     * @param gapMicros microseconds since the step before, by the epoch's monotonic clock; between epochs by the wall
     *     clock; 0 for the first
     */
    public record Step(JournalRecord record, Position at, double gapMicros) {}

    /**
     * @param journal the journal
     * @param epoch the epoch that accepted the task
     * @param taskId its id there
     * @param progress is told how far it has come
     * @return its story
     * @throws IOException if a file cannot be read at all
     */
    public static TaskStory of(JournalDirectory journal, long epoch, long taskId, JournalFold.Progress progress)
            throws IOException {
        Telling telling = new Telling(epoch, taskId);
        try (JournalReader reader = JournalReader.open(journal)) {
            long read = 0;
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                if (++read % JournalFold.PROGRESS_EVERY == 0) {
                    progress.at(read, reader.filesRead(), reader.files().size());
                }
                if (telling.concerns(record)) {
                    telling.add(record, reader.position());
                }
            }
            return new TaskStory(
                    journal, epoch, taskId, List.copyOf(telling.steps), List.copyOf(reader.damages()));
        }
    }

    private static final class Telling {
        private final long epoch;
        private final long taskId;
        private final List<Step> steps = new ArrayList<>();
        // Keys whose publication or unlock is still the task's own affair.
        private final Set<ObjectKey> awaited = new HashSet<>();
        private List<ObjectKey> keys = List.of();
        private TaskKind kind;

        Telling(long epoch, long taskId) {
            this.epoch = epoch;
            this.taskId = taskId;
        }

        boolean concerns(JournalRecord record) {
            if (record instanceof JournalRecord.Abandoned gone) {
                return gone.taskEpoch() == epoch && gone.taskId() == taskId;
            }
            if (record.header().epoch() != epoch || steps.size() >= MAX_STEPS) {
                return false;
            }
            if (record instanceof JournalRecord.Submitted task) {
                return task.taskId() == taskId && begun(task);
            }
            if (record instanceof JournalRecord.Completed task) {
                return task.taskId() == taskId && ended(task);
            }
            if (record instanceof JournalRecord.Delivered delivery) {
                return delivery.taskIds().contains(taskId);
            }
            if (record instanceof JournalRecord.KeyPublished published) {
                return kind == TaskKind.STORE && awaited.remove(published.key());
            }
            if (record instanceof JournalRecord.LeaseEnded lease) {
                return kind == TaskKind.LOOKUP && awaited.remove(lease.key());
            }
            return record instanceof JournalRecord.Unlocked unlock && kind == TaskKind.LOOKUP && unlocks(unlock);
        }

        private boolean begun(JournalRecord.Submitted task) {
            kind = task.kind();
            keys = task.keys();
            if (kind == TaskKind.STORE) {
                awaited.addAll(keys);
            }
            return true;
        }

        private boolean ended(JournalRecord.Completed task) {
            awaited.clear();
            if (task.locking() && task.bitmap().length() == keys.size()) {
                awaited.addAll(task.bitmap().gather(keys));
            }
            return true;
        }

        private boolean unlocks(JournalRecord.Unlocked unlock) {
            boolean own = false;
            for (ObjectKey key : unlock.effective().gather(unlock.keys())) {
                own |= awaited.remove(key);
            }
            return own;
        }

        void add(JournalRecord record, Position at) {
            double gap = 0;
            if (!steps.isEmpty()) {
                JournalRecord before = steps.get(steps.size() - 1).record();
                gap = before.header().epoch() == record.header().epoch()
                        ? (record.header().monoNanos() - before.header().monoNanos()) / 1000.0
                        : record.header().wallMicros() - before.header().wallMicros();
            }
            steps.add(new Step(record, at, gap));
        }
    }
}
