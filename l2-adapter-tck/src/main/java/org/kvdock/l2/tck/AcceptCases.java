package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordType;

/** A submit that throws has accepted nothing and leaves nothing behind (R3). */
public interface AcceptCases extends KitCases {
    @Test
    @DisplayName("case 23: a submit that throws accepted nothing, whatever it threw")
    default void throwingSubmit() {
        KitBench.Run run = bench().open(Map.of("max_tasks_in_flight", 2, "max_object_bytes", 100));
        for (Caller caller : run.callers()) {
            L2Adapter adapter = caller.adapter();
            KitJournal journal = run.journal(adapter);
            ObjectKey key = Chunks.key("c23");
            List<ObjectKey> keys = List.of(key);
            List<Long> accepted = new ArrayList<>();

            assertThrows(BadArgumentException.class, () -> adapter.submitStoreTask(keys, List.of()));
            assertThrows(BadArgumentException.class, () -> adapter.submitStoreTask(keys, Chunks.empty(1, 101)));
            journal.refuse(type -> type == RecordType.SUBMITTED);
            for (TaskKind kind : TaskKind.values()) {
                assertThrows(
                        JournalUnavailableException.class,
                        () -> KitBench.Run.submit(adapter, kind, keys, Chunks.buffers(keys, 8)), kind.name());
            }
            journal.refuse(type -> false);
            journal.crash(type -> type == RecordType.SUBMITTED);
            assertThrows(KitError.class, () -> adapter.submitStoreTask(keys, Chunks.buffers(keys, 8)));
            journal.crash(type -> false);
            accepted.add(adapter.submitStoreTask(keys, Chunks.buffers(keys, 8)));
            accepted.add(adapter.submitStoreTask(keys, Chunks.buffers(keys, 8)));
            assertThrows(BackPressureException.class, () -> adapter.submitLookupAndLockTask(keys));
            accepted.forEach(id -> assertTrue(caller.await(TaskKind.STORE, id).success()));
            accepted.add(adapter.submitLookupAndLockTask(keys));
            caller.await(TaskKind.LOOKUP, accepted.get(2));
            adapter.submitUnlock(keys);
            assertTrue(adapter.drain(Caller.patience()).complete(), "something was left behind in flight");
            assertThrows(DrainingException.class, () -> adapter.submitLookupAndLockTask(keys));

            assertEquals(accepted, submitted(journal), "ids in the journal as accepted");
            assertEquals(0, adapter.status().locksHeld());
            assertEquals(0, adapter.status().unfetched());
            adapter.status().inFlight().forEach((kind, inFlight) -> assertEquals(0, inFlight.tasks(), kind.name()));
        }
    }

    private static List<Long> submitted(KitJournal journal) {
        List<Long> ids = new ArrayList<>();
        for (JournalRecord record : journal.records()) {
            if (record instanceof JournalRecord.Submitted submitted) {
                ids.add(submitted.taskId());
            }
        }
        return ids;
    }

    @Test
    @DisplayName("case 23: ids after a refused submit are still unique and ascending")
    default void idsAfterRefusal() {
        KitBench.Run run = bench().open();
        for (Caller caller : run.callers()) {
            long last = -1;
            for (int round = 0; round < 10; round++) {
                int odd = round % 2;
                run.journal(caller.adapter()).refuse(type -> type == RecordType.SUBMITTED && odd == 1);
                List<ObjectKey> keys = Chunks.keys("c23-ids", 1);
                if (odd == 1) {
                    assertThrows(JournalUnavailableException.class, () -> caller.adapter().submitLookupAndLockTask(keys));
                } else {
                    long id = caller.adapter().submitLookupAndLockTask(keys);
                    assertTrue(id > last, id + " after " + last);
                    last = id;
                    caller.await(TaskKind.LOOKUP, id);
                }
            }
        }
    }

    @Test
    @DisplayName("case 23: lists are read before submit returns and may be reused afterwards")
    default void listsAreCopied() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = new ArrayList<>(Chunks.keys("c23-lists", 3));
        List<ObjectKey> same = List.copyOf(keys);
        var objects = new ArrayList<>(Chunks.buffers(keys, 64));
        long id = run.submit(TaskKind.STORE, keys, objects);
        keys.clear();
        objects.clear();
        TaskResult result = run.await(TaskKind.STORE, id);
        assertTrue(result.success(), result.errorText());
        assertEquals("111", run.lookup(same).bitmap().toString());
    }
}
