package org.kvdock.l2.pd.memory;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.Role;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * The channel {@code mock_memory}: staging inside this process, without a peer. A store copies into it and commits as over
 * any other channel, and lookups and loads work on it; what came first and is not locked makes room. A receiver's store
 * moves nothing.
 *
 * <p>Not final for one reason: the test kit's adapters put trouble in front of its moves, which nobody but a subclass sees.
 */
public class MemoryAdapter extends L2AdapterBase<Slot> {
    private final Role role;
    private final Staging staging;
    private final Arena arena;

    public MemoryAdapter(String name, PdSettings settings, TaskJournal journal, TimeSource time) {
        super(name, "pd", settings.base(), journal, time);
        this.role = settings.role();
        this.staging = Staging.inMemory(settings.bufferBytes());
        this.arena = staging.arena();
        start();
    }

    @Override
    protected void store(StoreTask task) {
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            if (role == Role.RECEIVER || index().contains(task.keys().get(i))) {
                task.stored(i, 0);
            } else {
                move(task, i);
            }
        }
        task.complete();
    }

    private void move(StoreTask task, int i) {
        ObjectKey key = task.keys().get(i);
        int length = task.length(i);
        Slot slot = reserve(length);
        if (slot == null) {
            boolean ever = length <= staging.capacity();
            task.note(
                    ever ? ErrorCode.NO_ROOM : ErrorCode.TOO_LARGE,
                    key + ": no room for " + length + " bytes in staging of " + staging.capacity());
            return;
        }
        CRC32C sent = new CRC32C();
        boolean read = task.read(i, view -> {
            sent.update(view.duplicate());
            slot.view().put(view);
        });
        CRC32C arrived = new CRC32C();
        arrived.update(slot.view());
        boolean[] published = new boolean[1];
        boolean told = read && task.commit(i, length, () -> {
            published[0] = arrived.getValue() == sent.getValue()
                    && index().publish(key, length, (int) arrived.getValue(), 0, slot);
            return published[0];
        });
        if (!published[0]) {
            staging.give(slot);
        }
        if (!told && index().contains(key)) {
            // Another task was faster.
            task.stored(i, 0);
        } else if (!told && read && !task.isDecided()) {
            task.note(ErrorCode.CHECKSUM, key + ": the bytes changed while they were copied");
        }
    }

    private Slot reserve(int length) {
        if (!staging.couldHold(new int[] {length})) {
            return null;
        }
        Slot slot = staging.take(arena, length);
        while (slot == null) {
            Optional<ObjectIndex.Removed<Slot>> oldest = index().evictOldest(RemovalReason.EVICTED);
            if (oldest.isEmpty()) {
                return null;
            }
            staging.give(oldest.get().value());
            slot = staging.take(arena, length);
        }
        return slot;
    }

    @Override
    protected void load(LoadTask task) {
        for (int i = 0; i < task.size(); i++) {
            try (ObjectIndex<Slot>.Pin pin = index().pin(task.keys().get(i)).orElse(null)) {
                if (pin != null && pin.bytes() <= task.length(i) && task.write(i, view -> view.put(pin.value().view()))) {
                    task.loaded(i, pin.bytes());
                }
            }
        }
        task.complete();
    }

    @Override
    protected void removed(ObjectIndex.Removed<Slot> removed) {
        staging.give(removed.value());
    }

    @Override
    protected long capacityBytes() {
        return staging.capacity();
    }

    @Override
    protected Map<String, String> details() {
        return Map.of(
                "role", role.name().toLowerCase(Locale.ROOT),
                "channel", "mock_memory",
                "staging_free_bytes", Long.toString(staging.freeBytes()));
    }
}
