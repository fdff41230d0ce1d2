package org.kvdock.l2.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

class EpochOpeningTest {
    private static final int OPEN_TASKS = 5;
    private final List<ObjectKey> keys = Samples.keys(2);

    private static TaskState fold(Samples.Kept kept) {
        TaskState state = new TaskState();
        kept.records.forEach(bytes -> state.apply(RecordCodec.decode(ByteBuffer.wrap(bytes))));
        return state;
    }

    private Samples.Kept crashed() {
        Samples.Kept kept = new Samples.Kept();
        EpochOpening.open(kept, new TaskState(), "a", Samples.TIME);
        JournalWriter writer = new JournalWriter(kept, 0, Samples.TIME);
        writer.epochReady();
        writer.keyPublished(keys.get(0), 10, 1, 2);
        for (int id = 0; id < OPEN_TASKS; id++) {
            writer.submitted(id, TaskKind.LOAD, keys, 20, Optional.empty());
        }
        writer.submitted(OPEN_TASKS, TaskKind.LOOKUP, keys, 0, Optional.empty());
        writer.completed(Samples.result(OPEN_TASKS, TaskKind.LOOKUP, Samples.bits(2, 0)), true);
        return kept;
    }

    @Test
    void theFirstEpochIsZero() {
        Samples.Kept kept = new Samples.Kept();
        Recovery recovery = EpochOpening.open(kept, new TaskState(), "a", Samples.TIME);
        assertEquals(new Recovery(0, List.of(), Map.of(), 0), recovery);
        assertEquals(0, fold(kept).epoch());
    }

    @Test
    @DisplayName("case 104: recovery closes open tasks as abandoned, once, ends locks and names what may have survived")
    void closesWhatIsOpen() {
        Samples.Kept kept = crashed();
        Recovery recovery = EpochOpening.open(kept, fold(kept), "a", Samples.TIME);
        assertEquals(1, recovery.epoch());
        assertEquals(OPEN_TASKS, recovery.abandoned().size());
        assertEquals(0, recovery.abandoned().get(0).taskEpoch());
        assertEquals(1, recovery.locksEnded());
        assertEquals(Map.of(keys.get(0), new TaskState.StoredKey(10, 1, 2)), recovery.candidates());
        TaskState after = fold(kept);
        assertEquals(Map.of(), after.openTasks());
        assertEquals(0, after.locksHeld());
        assertEquals(OPEN_TASKS, after.counters().abandoned());
        assertEquals(0, after.strays());
        assertEquals(List.of(), EpochOpening.open(kept, after, "a", Samples.TIME).abandoned());
    }

    @Test
    @DisplayName("case 104: also when recovery itself dies, at every record of it, and again in the next one")
    void diesInTheMiddle() {
        int whole = crashed().records.size();
        for (int first = 0; first <= OPEN_TASKS; first++) {
            for (int second = 0; second <= OPEN_TASKS - first; second++) {
                Samples.Kept kept = crashed();
                dieAfter(kept, first);
                dieAfter(kept, second);
                Recovery recovery = EpochOpening.open(kept, fold(kept), "a", Samples.TIME);
                TaskState after = fold(kept);
                String where = "died after " + first + " and " + second + " records";
                assertEquals(Map.of(), after.openTasks(), where);
                assertEquals(OPEN_TASKS, after.counters().abandoned(), where);
                assertEquals(0, after.strays(), where);
                assertEquals(0, after.gaps(), where);
                assertEquals(Set.of(keys.get(0)), recovery.candidates().keySet(), where);
                assertEquals(recovery.epoch(), after.epoch(), where);
                assertEquals((first > 0 ? 1 : 0) + (second > 0 ? 1 : 0) + 1, recovery.epoch(), where);
                assertEquals(whole + OPEN_TASKS + recovery.epoch(), kept.records.size(), where);
            }
        }
    }

    /** Opens, and the journal takes only so many records more. */
    private static void dieAfter(Samples.Kept kept, int records) {
        kept.failAfter = kept.records.size() + records;
        assertThrows(
                JournalUnavailableException.class, () -> EpochOpening.open(kept, fold(kept), "a", Samples.TIME));
        kept.failAfter = Long.MAX_VALUE;
    }

    @Test
    void aCompletedTaskIsNotAbandoned() {
        Samples.Kept kept = crashed();
        JournalWriter writer = new JournalWriter(kept, 0, Samples.TIME);
        for (int id = 0; id < OPEN_TASKS; id++) {
            writer.completed(Samples.result(id, TaskKind.LOAD, Bitmap.ones(2)), false);
        }
        assertEquals(List.of(), EpochOpening.open(kept, fold(kept), "a", Samples.TIME).abandoned());
    }
}
