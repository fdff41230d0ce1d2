package org.kvdock.l2.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;

class TaskStateCodecTest {
    private static byte[] written(TaskState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TaskStateCodec.write(state, out);
        return out.toByteArray();
    }

    private static TaskState read(byte[] bytes) throws IOException {
        return TaskStateCodec.read(new ByteArrayInputStream(bytes), bytes.length);
    }

    /** A state with something in every part, in the middle of an epoch. */
    private static Samples.Kept journal(int keys) {
        Samples.Kept kept = new Samples.Kept();
        JournalWriter writer = new JournalWriter(kept, 4, Samples.TIME);
        writer.epochStart("a", 1);
        for (int i = 0; i < keys; i++) {
            writer.keyPublished(Samples.key(i), i, i * 31, -i);
        }
        writer.submitted(7, TaskKind.STORE, Samples.keys(2), 5, Optional.of(new StoreContext("r€", true, 2, KvLayout.OPAQUE)));
        writer = new JournalWriter(kept, 5, Samples.TIME);
        writer.epochStart("a", 2);
        writer.keyPublished(Samples.key(1), 9, 9, 9);
        writer.submitted(0, TaskKind.LOOKUP, Samples.keys(70), 0, Optional.empty());
        writer.submitted(1, TaskKind.STORE, Samples.keys(3), 77, Optional.of(new StoreContext("q", false, 3, KvLayout.OPAQUE)));
        writer.completed(Samples.result(0, TaskKind.LOOKUP, Samples.bits(70, 0, 69)), true);
        return kept;
    }

    private static TaskState fold(List<byte[]> records) {
        TaskState state = new TaskState();
        records.forEach(bytes -> state.apply(RecordCodec.decode(ByteBuffer.wrap(bytes))));
        return state;
    }

    private static void assertSame(TaskState expected, TaskState actual) {
        assertArrayEquals(expected.counters().values(), actual.counters().values());
        assertEquals(expected.snapshot(), actual.snapshot());
        assertEquals(List.copyOf(expected.openTasks().entrySet()), List.copyOf(actual.openTasks().entrySet()));
        assertEquals(expected.keys(), actual.keys());
        assertEquals(expected.candidates(), actual.candidates());
        assertEquals(expected.nextSequence(), actual.nextSequence());
        assertEquals(expected.ended(), actual.ended());
        assertEquals(expected.gaps(), actual.gaps());
        assertEquals(expected.strays(), actual.strays());
    }

    @Test
    @DisplayName("a state that was written reads back equal, and goes on folding alike")
    void roundTrip() throws IOException {
        assertSame(new TaskState(), read(written(new TaskState())));
        for (int keys : new int[] {0, 3, 5000}) {
            Samples.Kept kept = journal(keys);
            TaskState state = fold(kept.records);
            TaskState back = read(written(state));
            assertSame(state, back);
            int before = kept.records.size();
            JournalWriter writer = new JournalWriter(kept, 5, Samples.TIME);
            writer.unlocked(Samples.keys(70), Samples.bits(70, 0));
            writer.completed(Samples.result(1, TaskKind.STORE, Samples.bits(3, 1)), false);
            writer.delivered(0);
            writer.epochReady();
            writer.epochEnd();
            for (byte[] record : kept.records.subList(before, kept.records.size())) {
                state.apply(RecordCodec.decode(ByteBuffer.wrap(record)));
                back.apply(RecordCodec.decode(ByteBuffer.wrap(record)));
            }
            assertSame(state, back);
        }
    }

    @Test
    @DisplayName("a state that was cut anywhere is refused")
    void cut() throws IOException {
        byte[] bytes = written(fold(journal(3).records));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(MalformedRecordException.class, () -> read(cut), "cut to " + length);
        }
    }

    @Test
    @DisplayName("a damaged state is read as another or refused, and never takes memory for what is not there")
    void damaged() throws IOException {
        byte[] bytes = written(fold(journal(3).records));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bad = bytes.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                read(bad);
            } catch (MalformedRecordException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertEquals(true, refused > 200, refused + " refused, seed " + seed);
    }
}
