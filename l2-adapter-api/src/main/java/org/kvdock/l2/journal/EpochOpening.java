package org.kvdock.l2.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.ObjectKey;

/**
 * What every journal does when it opens, whatever it keeps its records in: starts the epoch after the last one and
 * closes each task that is still open as abandoned (R16). A crash in the middle loses nothing and repeats nothing: the
 * next opening folds the abandoned records that got written and closes the rest.
 */
public final class EpochOpening {
    private EpochOpening() {}

    /**
     * @param journal takes appends already; its {@code epoch} and {@code recovery} are not asked
     * @param before the fold of all records that are there
     * @param adapter the adapter instance's name
     * @param time stamps the records
     * @return what was found; its {@code epoch} is the one that is now started
     */
    public static Recovery open(TaskJournal journal, TaskState before, String adapter, TimeSource time) {
        return open(journal, before, before.epoch() + 1, adapter, time);
    }

    /**
     * As {@link #open(TaskJournal, TaskState, String, TimeSource)}, for a journal that knows of epochs whose records
     * are lost and whose numbers must not come again (R1).
     *
     * @param epoch the epoch to start, past the last one in {@code before}
     */
    public static Recovery open(TaskJournal journal, TaskState before, long epoch, String adapter, TimeSource time) {
        JournalWriter writer = new JournalWriter(journal, epoch, time);
        long locks = before.locksHeld();
        List<Recovery.AbandonedTask> abandoned = new ArrayList<>();
        before.openTasks().forEach((name, task) -> abandoned.add(new Recovery.AbandonedTask(name.epoch(), task)));
        Map<ObjectKey, TaskState.StoredKey> candidates = new HashMap<>(before.candidates());
        candidates.putAll(before.keys());
        writer.epochStart(adapter, ProcessHandle.current().pid());
        for (Recovery.AbandonedTask task : abandoned) {
            writer.abandoned(task.taskEpoch(), task.task().taskId(), task.task().kind());
        }
        return new Recovery(epoch, abandoned, candidates, locks);
    }
}
