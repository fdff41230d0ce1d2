package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskState;

/** Whatever a caller has seen, the journal has (R4, R16). */
public interface JournalCases extends KitCases {
    @ParameterizedTest(name = "case R4: the submission of a {0} is in the journal before submit returns")
    @EnumSource(TaskKind.class)
    default void submissionFirst(TaskKind kind) {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r4", 2);
        long id = run.submit(kind, keys, Chunks.buffers(keys, 64));
        List<JournalRecord.Submitted> found = run.journal(run.caller(kind).adapter()).records().stream()
                .filter(JournalRecord.Submitted.class::isInstance)
                .map(JournalRecord.Submitted.class::cast)
                .toList();
        assertEquals(1, found.size(), "submissions in the journal");
        JournalRecord.Submitted record = found.get(0);
        assertEquals(id, record.taskId());
        assertEquals(kind, record.kind());
        assertEquals(keys, record.keys());
        assertEquals(kind == TaskKind.LOOKUP ? 0 : 128, record.bytes());
        run.await(kind, id);
    }

    @ParameterizedTest(name = "case R4: the result of a {0} is neither visible nor signalled before the journal has it for good")
    @EnumSource(TaskKind.class)
    default void completionFirst(TaskKind kind) {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r4-hold");
        run.store(key, 64);
        run.caller(TaskKind.STORE).awaitSignals(TaskKind.STORE, 1);
        Caller caller = run.caller(kind);
        KitJournal journal = run.journal(caller.adapter());
        long before = journal.count(JournalRecord.Completed.class);
        long toldBefore = caller.signalled(kind);
        journal.hold();
        long id = run.submit(kind, List.of(key), List.of(Chunks.buffer(key, 64)));
        journal.awaitHeld(1);
        assertEquals(before + 1, journal.count(JournalRecord.Completed.class), "completions in the journal");
        assertTrue(caller.fetch(kind, id).isEmpty(), "a result before it is on disk");
        assertEquals(toldBefore, caller.signalled(kind), "a signal before it is on disk");
        journal.release(true);
        assertTrue(run.await(kind, id).success());
    }

    @Test
    @DisplayName("case R4: whoever fetches a result finds its completion in the journal")
    default void fetchedIsRecorded() {
        KitBench.Run run = bench().open();
        for (ObjectKey key : Chunks.keys("r4-fetch", 50)) {
            for (TaskKind kind : TaskKind.values()) {
                long id = run.submit(kind, List.of(key), List.of(Chunks.buffer(key, 64)));
                // Spins on the result instead of waiting for the signal: the earliest moment that anybody can see it.
                TaskResult result = null;
                long end = System.nanoTime() + Caller.patience().toNanos();
                while (result == null && System.nanoTime() < end) {
                    result = run.caller(kind).fetch(kind, id).orElse(null);
                }
                assertTrue(result != null && result.success(), kind + " task " + id + ": " + result);
                List<JournalRecord> records = run.journal(run.caller(kind).adapter()).records();
                assertTrue(
                        records.stream().anyMatch(r -> r instanceof JournalRecord.Completed c && c.taskId() == id),
                        kind + " task " + id + " was told and is not in the journal");
            }
        }
    }

    @ParameterizedTest(name = "case R4: a {0} whose completion the journal does not take fails, and is never told as a success")
    @EnumSource(TaskKind.class)
    default void unrecordedIsNoSuccess(TaskKind kind) {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r4-refuse");
        run.store(key, 64);
        KitJournal journal = run.journal(run.caller(kind).adapter());
        journal.refuse(type -> type == RecordType.COMPLETED);
        TaskResult refused = run.await(kind, run.submit(kind, List.of(key), List.of(Chunks.buffer(key, 64))));
        journal.refuse(type -> false);
        assertEquals(TaskOutcome.FAILURE, refused.outcome());
        assertEquals(ErrorCode.JOURNAL_UNAVAILABLE, refused.error());
        assertEquals(0, run.reading().status().locksHeld());
    }

    @ParameterizedTest(name = "case R4: a {0} whose completion does not get to the disk is never told as a success")
    @EnumSource(TaskKind.class)
    default void unsyncedIsNoSuccess(TaskKind kind) {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r4-unsynced");
        run.store(key, 64);
        KitJournal journal = run.journal(run.caller(kind).adapter());
        long before = journal.count(JournalRecord.Completed.class);
        journal.hold();
        long id = run.submit(kind, List.of(key), List.of(Chunks.buffer(key, 64)));
        journal.awaitHeld(1);
        assertEquals(before + 1, journal.count(JournalRecord.Completed.class));
        journal.release(false);
        TaskResult unsynced = run.await(kind, id);
        assertEquals(TaskOutcome.FAILURE, unsynced.outcome());
        assertEquals(ErrorCode.JOURNAL_UNAVAILABLE, unsynced.error());
        assertEquals(0, run.reading().status().locksHeld(), "locks that nobody was told of");
        assertEquals(0, run.journal(run.reading()).fold().locksHeld(), "locks that nobody was told of, in the journal");
    }

    @Test
    @DisplayName("case R10: a key whose publication the journal does not take is not visible, and its store fails")
    default void unpublishedIsInvisible() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r10");
        run.journal(run.reading()).refuse(type -> type == RecordType.KEY_PUBLISHED);
        TaskResult result = run.store(key, 64);
        assertFalse(result.success());
        assertEquals("0", result.bitmap().toString());
        assertEquals("0", run.lookup(List.of(key)).bitmap().toString());
        assertEquals("0", run.load(List.of(key), Chunks.empty(1, 64)).bitmap().toString());
        assertEquals(0, run.reading().usage().objects());
        run.journal(run.reading()).refuse(type -> false);
        assertTrue(run.store(key, 64).success());
        assertEquals("1", run.lookup(List.of(key)).bitmap().toString());
    }

    @Test
    @DisplayName("case R16: folding the journal gives the adapter's own state at every quiet point")
    default void foldIsState() {
        long seed = Long.getLong("kvdock.tck.seed", System.nanoTime());
        Random random = new Random(seed);
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r16", 12);
        for (int step = 0; step < 120; step++) {
            List<ObjectKey> some = new ArrayList<>(keys);
            Collections.shuffle(some, random);
            some = some.subList(0, random.nextInt(5));
            switch (random.nextInt(5)) {
                case 0 -> run.store(some, Chunks.buffers(some, 32));
                case 1 -> run.lookup(some);
                case 2 -> run.load(some, Chunks.empty(some.size(), 32));
                case 3 -> run.reading().submitUnlock(some);
                default -> run.reading().delete(some);
            }
            for (Caller caller : run.callers()) {
                assertFoldIsState(run, caller.adapter(), "seed " + seed + ", step " + step);
            }
        }
    }

    // Some adapters free what was unlocked on a thread of their own. A point is quiet if no record came while we looked.
    private static void assertFoldIsState(KitBench.Run run, L2Adapter adapter, String where) {
        KitJournal journal = run.journal(adapter);
        long end = System.nanoTime() + Caller.patience().toNanos();
        int before;
        Optional<AssertionError> difference;
        do {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(where + ": the journal does not come to rest");
            }
            before = journal.records().size();
            difference = difference(journal.fold(), adapter, where);
        } while (journal.records().size() != before);
        difference.ifPresent(error -> {
            throw error;
        });
    }

    private static Optional<AssertionError> difference(TaskState fold, L2Adapter adapter, String where) {
        try {
            assertFoldIsState(fold, adapter, where);
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(e);
        }
    }

    private static void assertFoldIsState(TaskState fold, L2Adapter adapter, String where) {
        assertEquals(0, fold.strays(), where);
        assertEquals(0, fold.gaps(), where);
        assertEquals(Map.of(), fold.openTasks(), where);
        assertEquals(adapter.status().epoch(), fold.epoch(), where);
        assertEquals(adapter.status().unfetched(), fold.snapshot().undelivered().size(), where);
        assertEquals(adapter.status().locksHeld(), fold.locksHeld(), where);
        Set<ObjectKey> listed = new HashSet<>(adapter.listKeys(Optional.empty(), 10_000).keys());
        assertEquals(listed, fold.keys().keySet(), where);
        Map<String, Long> bySalt = new HashMap<>();
        fold.keys().forEach((key, stored) -> bySalt.merge(key.salt(), stored.bytes(), Long::sum));
        assertEquals(adapter.usage().bytesBySalt(), bySalt, where);
        if (adapter instanceof L2AdapterBase<?> base) {
            assertEquals(base.snapshot(), fold.snapshot(), where);
        }
    }

    @Test
    @DisplayName("case R16: a result that was not fetched is undelivered in the journal, and delivered once it is")
    default void deliveriesAreRecorded() {
        KitBench.Run run = bench().open();
        for (TaskKind kind : TaskKind.values()) {
            Caller caller = run.caller(kind);
            KitJournal journal = run.journal(caller.adapter());
            List<ObjectKey> keys = Chunks.keys("r16-delivered", 1);
            long told = caller.signalled(kind);
            long id = run.submit(kind, keys, Chunks.buffers(keys, 64));
            caller.awaitUntil(kind + " to complete", () -> caller.signalled(kind) > told);
            assertEquals(Set.of(id), journal.fold().snapshot().undelivered(), kind.name());
            run.await(kind, id);
            assertEquals(Set.of(), journal.fold().snapshot().undelivered(), kind.name());
        }
    }
}
