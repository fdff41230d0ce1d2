package org.kvdock.l2.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;

/** The fold of any life of an adapter, with crashes in it, is that adapter's state (R16). */
class FoldPropertiesTest {
    private static final List<ObjectKey> KEYS = Samples.keys(6);

    /** An adapter without bytes, threads and timers: it keeps its own state and writes the journal. */
    private static final class Model {
        final Samples.Kept kept = new Samples.Kept();
        final Random random;
        JournalWriter writer;
        long epoch = -1;
        long nextId;
        final Map<Long, TaskKind> open = new HashMap<>();
        final Map<Long, List<ObjectKey>> asked = new HashMap<>();
        final Set<Long> undelivered = new HashSet<>();
        final Map<ObjectKey, Long> locks = new HashMap<>();
        final Map<ObjectKey, Long> keys = new HashMap<>();

        Model(long seed) {
            random = new Random(seed);
            start();
        }

        /** The process is killed, or has just begun: what it kept in memory is gone. */
        void start() {
            open.clear();
            undelivered.clear();
            locks.clear();
            keys.clear();
            nextId = 0;
            Recovery recovery = EpochOpening.open(kept, fold(kept, kept.records.size()), "model", Samples.TIME);
            epoch = recovery.epoch();
            writer = new JournalWriter(kept, epoch, Samples.TIME);
            recovery.candidates().forEach((key, stored) -> {
                if (random.nextBoolean()) {
                    writer.keyPublished(key, stored.bytes(), stored.checksum(), stored.place());
                    keys.put(key, stored.bytes());
                }
            });
            writer.epochReady();
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> submit();
                case 3, 4, 5 -> complete();
                case 6 -> deliver();
                case 7 -> unlock();
                case 8 -> publish();
                case 9 -> remove();
                case 10 -> endLease();
                default -> {
                    if (random.nextInt(10) == 0) {
                        start();
                    }
                }
            }
        }

        private List<ObjectKey> some() {
            List<ObjectKey> some = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                some.add(KEYS.get(random.nextInt(KEYS.size())));
            }
            return some;
        }

        private void submit() {
            TaskKind kind = TaskKind.of(random.nextInt(3));
            List<ObjectKey> some = some();
            writer.submitted(nextId, kind, some, 0, Optional.empty());
            open.put(nextId, kind);
            asked.put(nextId++, some);
        }

        private void complete() {
            for (Map.Entry<Long, TaskKind> task : List.copyOf(open.entrySet())) {
                List<ObjectKey> some = asked.get(task.getKey());
                boolean locking = task.getValue() == TaskKind.LOOKUP && random.nextBoolean();
                Bitmap bits = new Bitmap(some.size());
                for (int i = 0; i < some.size(); i++) {
                    if (keys.containsKey(some.get(i))) {
                        bits.set(i);
                        if (locking) {
                            locks.merge(some.get(i), 1L, Long::sum);
                        }
                    }
                }
                TaskOutcome outcome = locking ? TaskOutcome.SUCCESS : TaskOutcome.of(random.nextInt(4));
                writer.completed(Samples.result(task.getKey(), task.getValue(), outcome, bits), locking);
                open.remove(task.getKey());
                undelivered.add(task.getKey());
                return;
            }
        }

        private void deliver() {
            List<Long> ids = undelivered.stream().limit(1 + random.nextInt(3)).toList();
            if (!ids.isEmpty()) {
                writer.delivered(ids.stream().mapToLong(Long::longValue).toArray());
                undelivered.removeAll(ids);
            }
        }

        private void unlock() {
            List<ObjectKey> some = some();
            Bitmap effective = new Bitmap(some.size());
            for (int i = 0; i < some.size(); i++) {
                if (locks.containsKey(some.get(i))) {
                    effective.set(i);
                    locks.computeIfPresent(some.get(i), (key, count) -> count == 1 ? null : count - 1);
                }
            }
            writer.unlocked(some, effective);
        }

        private void publish() {
            ObjectKey key = KEYS.get(random.nextInt(KEYS.size()));
            if (keys.putIfAbsent(key, 10L) == null) {
                writer.keyPublished(key, 10, 1, 2);
            }
        }

        private void remove() {
            ObjectKey key = KEYS.get(random.nextInt(KEYS.size()));
            if (!locks.containsKey(key) && keys.remove(key) != null) {
                writer.keyRemoved(key, RemovalReason.of(random.nextInt(RemovalReason.values().length)));
            }
        }

        private void endLease() {
            locks.keySet().stream().findAny().ifPresent(key -> writer.leaseEnded(key, locks.remove(key)));
        }

        StateSnapshot snapshot() {
            return new StateSnapshot(epoch, open.keySet(), undelivered, locks, keys);
        }
    }

    private static TaskState fold(Samples.Kept kept, int records) {
        TaskState state = new TaskState();
        for (byte[] bytes : kept.records.subList(0, records)) {
            state.apply(RecordCodec.decode(ByteBuffer.wrap(bytes)));
        }
        return state;
    }

    @Property
    void foldIsTheState(@ForAll long seed, @ForAll @IntRange(max = 150) int steps) {
        Model model = new Model(seed);
        for (int step = 0; step < steps; step++) {
            model.step();
        }
        TaskState fold = fold(model.kept, model.kept.records.size());
        assertEquals(model.snapshot(), fold.snapshot());
        assertEquals(0, fold.strays());
        assertEquals(0, fold.gaps());
        assertEquals(Map.of(), fold.candidates());
        assertEquals(
                fold.counters().submitted(),
                fold.counters().completed() + fold.counters().abandoned() + fold.openTasks().size());
    }

    @Property
    void aCheckpointAnywhereChangesNothing(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int steps, @ForAll @IntRange(max = 1000) int where)
            throws IOException {
        Model model = new Model(seed);
        for (int step = 0; step < steps; step++) {
            model.step();
        }
        int cut = where % (model.kept.records.size() + 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TaskStateCodec.write(fold(model.kept, cut), out);
        TaskState state = TaskStateCodec.read(new ByteArrayInputStream(out.toByteArray()), out.size());
        for (byte[] bytes : model.kept.records.subList(cut, model.kept.records.size())) {
            state.apply(RecordCodec.decode(ByteBuffer.wrap(bytes)));
        }
        TaskState whole = fold(model.kept, model.kept.records.size());
        assertEquals(whole.snapshot(), state.snapshot());
        assertEquals(whole.openTasks(), state.openTasks());
        assertEquals(whole.candidates(), state.candidates());
        assertEquals(whole.counters().records(), state.counters().records());
        assertEquals(whole.strays(), state.strays());
    }
}
