package org.kvdock.bench;

import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** Completes every task at once and moves nothing, so that what is measured is the base and the journal. */
final class InstantAdapter extends L2AdapterBase<Void> {
    InstantAdapter(AdapterSettings settings, TaskJournal journal) {
        super("instant", "instant", settings, journal, TimeSource.SYSTEM);
        start();
    }

    @Override
    protected void store(StoreTask task) {
        for (int i = 0; i < task.size(); i++) {
            task.stored(i, task.length(i));
        }
        task.complete();
    }

    @Override
    protected void lookup(LookupTask task) {
        task.complete();
    }

    @Override
    protected void load(LoadTask task) {
        task.complete();
    }
}
