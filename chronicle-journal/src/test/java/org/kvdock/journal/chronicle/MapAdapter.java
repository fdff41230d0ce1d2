package org.kvdock.journal.chronicle;

import java.util.Optional;
import java.util.function.Predicate;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** An adapter that keeps its objects on the heap: a real writer of journals for tests. */
final class MapAdapter extends L2AdapterBase<byte[]> {
    private final Predicate<ObjectKey> spoils;

    MapAdapter(TaskJournal journal) {
        this(journal, key -> false);
    }

    /** @param spoils which keys come back with other bytes than they were stored with */
    MapAdapter(TaskJournal journal, Predicate<ObjectKey> spoils) {
        super("map", "map", AdapterSettings.DEFAULT, journal, TimeSource.SYSTEM);
        this.spoils = spoils;
        start();
    }

    @Override
    protected void store(StoreTask task) {
        for (int i = 0; i < task.size(); i++) {
            ObjectKey key = task.keys().get(i);
            byte[] bytes = new byte[task.length(i)];
            if (index().contains(key)) {
                task.commit(i, 0, () -> index().contains(key));
            } else if (task.read(i, chunk -> chunk.get(bytes))) {
                if (spoils.test(key) && bytes.length > 0) {
                    bytes[0]++;
                }
                task.commit(i, bytes.length, () -> index().publish(key, bytes.length, 0, 0, bytes));
            }
        }
        task.complete();
    }

    @Override
    protected void load(LoadTask task) {
        for (int i = 0; i < task.size(); i++) {
            Optional<ObjectIndex<byte[]>.Pin> held = index().pin(task.keys().get(i));
            if (held.isPresent()) {
                try (ObjectIndex<byte[]>.Pin pin = held.get()) {
                    if (task.write(i, chunk -> chunk.put(pin.value()))) {
                        task.loaded(i, pin.bytes());
                    }
                }
            }
        }
        task.complete();
    }
}
