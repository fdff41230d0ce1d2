package org.kvdock.l2.base;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;

/** An adapter whose moves are whatever a test says; without one it publishes and completes, moving nothing. */
final class ProbeAdapter extends L2AdapterBase<String> {
    /** What a test lets a move do. */
    interface Move<T extends Task> {
        void run(T task) throws Exception;
    }

    volatile Move<StoreTask> onStore = this::publishAll;
    volatile Move<LookupTask> onLookup = LookupTask::completeLocking;
    volatile Move<LoadTask> onLoad = Task::complete;
    volatile Consumer<TaskResult> onCompleted = result -> {};
    volatile Consumer<List<ObjectKey>> onUnlocked = keys -> {};
    volatile Consumer<ObjectKey> onRemoved = key -> {};

    private ProbeAdapter(AdapterSettings settings, TaskJournal journal, TimeSource time) {
        super("probe", "probe", settings, journal, time);
        start();
    }

    static ProbeAdapter open(Map<String, ?> settings, TaskJournals journals) {
        return open(settings, journals, TimeSource.SYSTEM);
    }

    static ProbeAdapter open(Map<String, ?> settings, TaskJournals journals, TimeSource time) {
        AdapterSettings read = AdapterSettings.read(ConfigReader.of(settings));
        return over(journals, "probe", journal -> new ProbeAdapter(read, journal, time));
    }

    void publishAll(StoreTask task) {
        for (int i = 0; i < task.size(); i++) {
            ObjectKey key = task.keys().get(i);
            int length = task.length(i);
            if (!task.commit(i, length, () -> index().publish(key, length, 0, 0, "here"))) {
                task.commit(i, 0, () -> index().contains(key));
            }
        }
        task.complete();
    }

    @Override
    protected void store(StoreTask task) throws Exception {
        onStore.run(task);
    }

    @Override
    protected void lookup(LookupTask task) throws Exception {
        onLookup.run(task);
    }

    @Override
    protected void load(LoadTask task) throws Exception {
        onLoad.run(task);
    }

    @Override
    protected void completed(Task task, TaskResult result) {
        onCompleted.accept(result);
    }

    @Override
    protected void unlockedToZero(List<ObjectKey> keys) {
        onUnlocked.accept(keys);
    }

    @Override
    protected void removed(ObjectIndex.Removed<String> removed) {
        onRemoved.accept(removed.key());
    }
}
