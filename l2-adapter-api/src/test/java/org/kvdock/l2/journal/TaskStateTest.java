package org.kvdock.l2.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;

class TaskStateTest {
    private final Samples.Kept kept = new Samples.Kept();
    private final JournalWriter writer = new JournalWriter(kept, Samples.TIME);
    private final List<ObjectKey> keys = Samples.keys(4);

    private TaskState fold() {
        TaskState state = new TaskState();
        kept.records.forEach(bytes -> state.apply(RecordCodec.decode(ByteBuffer.wrap(bytes))));
        return state;
    }

    private void submit(long id, TaskKind kind) {
        writer.submitted(id, kind, keys, 40, Optional.empty());
    }

    @Test
    void nothing() {
        TaskState state = fold();
        assertEquals(-1, state.epoch());
        assertEquals(0, state.nextSequence());
        assertEquals(new StateSnapshot(-1, Set.of(), Set.of(), Map.of(), Map.of()), state.snapshot());
    }

    @Test
    void aTaskGoesFromOpenToUndeliveredToGone() {
        writer.epochStart("a", 1);
        submit(0, TaskKind.STORE);
        assertEquals(Set.of(0L), fold().snapshot().open());
        assertEquals(40, fold().openTasks().values().iterator().next().bytes());
        writer.completed(Samples.result(0, TaskKind.STORE, Bitmap.ones(4)), false);
        assertEquals(Set.of(), fold().snapshot().open());
        assertEquals(Set.of(0L), fold().snapshot().undelivered());
        writer.delivered(0);
        assertEquals(new StateSnapshot(5, Set.of(), Set.of(), Map.of(), Map.of()), fold().snapshot());
        assertEquals(0, fold().strays());
        assertEquals(0, fold().gaps());
    }

    @Test
    void locksCountUpAndDown() {
        writer.epochStart("a", 1);
        for (int id = 0; id < 2; id++) {
            submit(id, TaskKind.LOOKUP);
            writer.completed(Samples.result(id, TaskKind.LOOKUP, Samples.bits(4, 0, 2)), true);
        }
        assertEquals(Map.of(keys.get(0), 2L, keys.get(2), 2L), fold().locks());
        writer.unlocked(keys, Samples.bits(4, 0));
        assertEquals(Map.of(keys.get(0), 1L, keys.get(2), 2L), fold().locks());
        writer.leaseEnded(keys.get(2), 2);
        assertEquals(1, fold().locksHeld());
        assertEquals(1, fold().counters().unlocks());
    }

    @Test
    void aLookupThatTookNoLocksAddsNone() {
        writer.epochStart("a", 1);
        submit(0, TaskKind.LOOKUP);
        writer.completed(Samples.result(0, TaskKind.LOOKUP, Bitmap.ones(4)), false);
        assertEquals(Map.of(), fold().locks());
    }

    @Test
    void anUnlockThatWasAppendedBeforeItsLookupAddsUpAlike() {
        writer.epochStart("a", 1);
        submit(0, TaskKind.LOOKUP);
        writer.unlocked(keys.subList(0, 1), Bitmap.ones(1));
        assertEquals(-1, fold().locksHeld());
        writer.completed(Samples.result(0, TaskKind.LOOKUP, Samples.bits(4, 0)), true);
        assertEquals(Map.of(), fold().locks());
    }

    @Test
    void keysComeAndGo() {
        writer.epochStart("a", 1);
        writer.keyPublished(keys.get(0), 10, 7, 3);
        writer.keyPublished(keys.get(1), 20, 0, 0);
        writer.keyRemoved(keys.get(0), RemovalReason.EVICTED);
        assertEquals(Map.of(keys.get(1), 20L), fold().snapshot().keys());
        assertEquals(new TaskState.StoredKey(20, 0, 0), fold().keys().get(keys.get(1)));
    }

    @Test
    void anEpochEndsLocksAndResultsAndMakesKeysCandidates() {
        writer.epochStart("a", 1);
        writer.epochReady();
        writer.keyPublished(keys.get(0), 10, 7, 3);
        submit(0, TaskKind.LOOKUP);
        writer.completed(Samples.result(0, TaskKind.LOOKUP, Samples.bits(4, 0)), true);
        submit(1, TaskKind.STORE);
        JournalWriter next = new JournalWriter(kept, 6, Samples.TIME);
        next.epochStart("a", 2);
        TaskState state = fold();
        assertEquals(6, state.epoch());
        assertEquals(new StateSnapshot(6, Set.of(), Set.of(), Map.of(), Map.of()), state.snapshot());
        assertEquals(Set.of(new TaskState.TaskName(5, 1)), state.openTasks().keySet());
        assertEquals(Set.of(keys.get(0)), state.candidates().keySet());
        next.abandoned(5, 1, TaskKind.STORE);
        next.keyPublished(keys.get(0), 10, 7, 3);
        next.epochReady();
        state = fold();
        assertEquals(Map.of(), state.openTasks());
        assertEquals(Map.of(), state.candidates());
        assertEquals(Set.of(keys.get(0)), state.keys().keySet());
        assertEquals(1, state.counters().abandoned());
        assertFalse(state.ended());
        next.epochEnd();
        assertTrue(fold().ended());
    }

    @Test
    void candidatesOutliveAnEpochThatNeverGotReady() {
        writer.epochStart("a", 1);
        writer.epochReady();
        writer.keyPublished(keys.get(0), 10, 7, 3);
        writer.keyPublished(keys.get(1), 11, 7, 3);
        JournalWriter second = new JournalWriter(kept, 6, Samples.TIME);
        second.epochStart("a", 2);
        second.keyPublished(keys.get(0), 10, 7, 3);
        new JournalWriter(kept, 7, Samples.TIME).epochStart("a", 3);
        assertEquals(Set.of(keys.get(0), keys.get(1)), fold().candidates().keySet());
        assertEquals(Map.of(), fold().keys());
    }

    @Test
    void sameIdsOfTwoEpochsAreTwoTasks() {
        writer.epochStart("a", 1);
        submit(0, TaskKind.STORE);
        JournalWriter next = new JournalWriter(kept, 6, Samples.TIME);
        next.epochStart("a", 2);
        next.submitted(0, TaskKind.LOAD, keys, 40, Optional.empty());
        assertEquals(2, fold().openTasks().size());
        next.abandoned(5, 0, TaskKind.STORE);
        assertEquals(Set.of(new TaskState.TaskName(6, 0)), fold().openTasks().keySet());
    }

    @Test
    void whatDoesNotFitIsCounted() {
        writer.epochStart("a", 1);
        submit(0, TaskKind.STORE);
        submit(0, TaskKind.STORE);
        writer.completed(Samples.result(0, TaskKind.STORE, Bitmap.ones(4)), false);
        writer.completed(Samples.result(0, TaskKind.STORE, Bitmap.ones(4)), false);
        writer.delivered(0, 0);
        writer.abandoned(1, 1, TaskKind.LOAD);
        assertEquals(4, fold().strays());
        assertEquals(0, fold().gaps());
        kept.records.remove(3);
        assertEquals(1, fold().gaps());
    }

    @Test
    void countersTellEverything() {
        Samples.writeAll(writer);
        TaskState.Counters counters = fold().counters();
        assertEquals(kept.records.size(), counters.records());
        assertEquals(1, counters.epochs());
        assertEquals(4, counters.submitted());
        assertEquals(4, counters.completed());
        assertEquals(2, counters.failed());
        assertEquals(4, counters.delivered());
        assertEquals(2, counters.unlocks());
        assertEquals(1, counters.abandoned());
        assertEquals(60, counters.bytesMoved());
        assertEquals(TaskOutcome.values().length, 4);
    }

    @Test
    void aLookupWhoseCompletionSaysFewerBitsThanKeysIsNoHarm() {
        // A damaged or foreign journal: the fold says so and does not throw.
        writer.epochStart("a", 1);
        submit(0, TaskKind.LOOKUP);
        writer.completed(Samples.result(0, TaskKind.LOOKUP, Bitmap.ones(9)), true);
        assertEquals(1, fold().strays());
        assertEquals(Map.of(), fold().locks());
    }
}
