package org.kvdock.cli.lab.crash.child;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.base.Task;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/**
 * An adapter whose objects outlive its process, as far as the journal can tell: an object's bytes are zeros, so nothing
 * of it needs to be kept. After a restart it finds some of what it had, always the same, and states it again (R16).
 */
final class KeepingAdapter extends L2AdapterBase<Long> {
    static final String TYPE = "keeping";

    private static final int LOST_OF = 4;

    private final int stuckEvery;

    private KeepingAdapter(String name, AdapterSettings settings, int stuckEvery, TaskJournals journals) {
        super(name, TYPE, settings, journals.open(name), TimeSource.SYSTEM);
        this.stuckEvery = stuckEvery;
        for (Map.Entry<ObjectKey, TaskState.StoredKey> found : recovery().candidates().entrySet()) {
            TaskState.StoredKey stored = found.getValue();
            if (survives(LabKeys.number(found.getKey()))) {
                index().publish(found.getKey(), stored.bytes(), stored.checksum(), stored.place(), stored.place());
            }
        }
        start();
    }

    /**
     * @param key a key's number
     * @return whether a restart leaves its object
     */
    static boolean survives(int key) {
        return key % LOST_OF != 0;
    }

    /** Makes them. */
    static final class Factory implements L2AdapterFactory {
        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public String help() {
            ConfigReader config = ConfigReader.describing();
            AdapterSettings.read(config);
            stuckEvery(config);
            return config.help();
        }

        @Override
        public L2Adapter create(String name, Map<String, ?> configuration, TaskJournals journals) {
            ConfigReader config = ConfigReader.of(configuration);
            return new KeepingAdapter(name, AdapterSettings.read(config), stuckEvery(config), journals);
        }

        private static int stuckEvery(ConfigReader config) {
            return config.integer("stuck_every", 0, 0, 1 << 20, "of so many tasks one never ends; 0: each ends");
        }
    }

    @Override
    protected void store(StoreTask task) {
        if (isStuck(task)) {
            return;
        }
        for (int i = 0; i < task.size(); i++) {
            ObjectKey key = task.keys().get(i);
            int length = task.length(i);
            boolean published = task.commit(i, length, () -> index().publish(key, length, 0, place(key), place(key)));
            if (!published) {
                task.commit(i, 0, () -> index().contains(key));
            }
        }
        task.complete();
    }

    @Override
    protected void lookup(LookupTask task) {
        if (!isStuck(task)) {
            task.completeLocking();
        }
    }

    // Left to its deadline.
    private boolean isStuck(Task task) {
        return stuckEvery > 0 && task.id() % stuckEvery == stuckEvery - 1;
    }

    private static long place(ObjectKey key) {
        return LabKeys.number(key);
    }

    @Override
    protected void load(LoadTask task) {
        if (isStuck(task)) {
            return;
        }
        for (int i = 0; i < task.size(); i++) {
            Optional<ObjectIndex<Long>.Pin> held = index().pin(task.keys().get(i));
            if (held.isPresent()) {
                try (ObjectIndex<Long>.Pin pin = held.get()) {
                    int bytes = (int) pin.bytes();
                    if (bytes <= task.length(i) && task.write(i, chunk -> chunk.put(ByteBuffer.allocate(bytes)))) {
                        task.loaded(i, bytes);
                    }
                }
            }
        }
        task.complete();
    }
}
