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
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/** Nothing grows without end (R14). */
public interface LimitCases extends KitCases {
    @Test
    @DisplayName("case 25: past the bound on tasks a submit is refused, and the message says the bound")
    default void tasks() {
        KitBench.Run run = bench().open(Map.of("max_tasks_in_flight", 4));
        for (Caller caller : run.callers()) {
            // In flight, or completed and not fetched: both count.
            List<Long> ids = new ArrayList<>();
            List<ObjectKey> keys = Chunks.keys("c25", 1);
            for (int i = 0; i < 4; i++) {
                ids.add(caller.adapter().submitLookupAndLockTask(keys));
            }
            for (TaskKind kind : TaskKind.values()) {
                BackPressureException e = assertThrows(
                        BackPressureException.class,
                        () -> KitBench.Run.submit(caller.adapter(), kind, keys, Chunks.buffers(keys, 8)));
                assertEquals("max_tasks_in_flight", e.bound());
                assertEquals(4, e.limit());
                assertTrue(e.getMessage().contains("max_tasks_in_flight") && e.getMessage().contains("4"), e.getMessage());
            }
            // Unlocks are never refused (R9).
            caller.adapter().submitUnlock(keys);
            caller.await(TaskKind.LOOKUP, ids.get(0));
            long next = caller.adapter().submitLookupAndLockTask(keys);
            assertThrows(BackPressureException.class, () -> caller.adapter().submitLookupAndLockTask(keys));
            for (long id : ids.subList(1, 4)) {
                caller.await(TaskKind.LOOKUP, id);
            }
            caller.await(TaskKind.LOOKUP, next);
        }
    }

    @Test
    @DisplayName("case 25: past the bound on bytes a submit is refused, and bytes come back with the completion")
    default void bytes() {
        KitBench.Run run = bench().open(Map.of("max_bytes_in_flight", 10_000));
        for (Caller caller : run.callers()) {
            KitJournal journal = run.journal(caller.adapter());
            List<ObjectKey> keys = Chunks.keys("c25-bytes", 2);
            List<KvBuffer> each = Chunks.buffers(keys, 4_000);
            journal.hold();
            long first = caller.adapter().submitStoreTask(keys, each);
            BackPressureException e =
                    assertThrows(BackPressureException.class, () -> caller.adapter().submitLoadTask(keys, each));
            assertEquals("max_bytes_in_flight", e.bound());
            assertTrue(e.getMessage().contains("16000") && e.getMessage().contains("10000"), e.getMessage());
            // A task without bytes passes.
            long lookup = caller.adapter().submitLookupAndLockTask(keys);
            journal.release(true);
            assertTrue(caller.await(TaskKind.STORE, first).success());
            caller.await(TaskKind.LOOKUP, lookup);
            caller.adapter().submitUnlock(keys);
            caller.load(keys, Chunks.empty(2, 4_000));
        }
    }

    @Test
    @DisplayName("case 25: a task that is larger than the bound on bytes can never pass: a bad argument, not back-pressure")
    default void neverPasses() {
        KitBench.Run run = bench().open(Map.of("max_bytes_in_flight", 10_000));
        for (Caller caller : run.callers()) {
            List<ObjectKey> keys = Chunks.keys("c25-never", 2);
            BadArgumentException e = assertThrows(
                    BadArgumentException.class, () -> caller.adapter().submitStoreTask(keys, Chunks.empty(2, 6_000)));
            assertTrue(e.getMessage().contains("12000") && e.getMessage().contains("10000"), e.getMessage());
        }
    }

    @Test
    @DisplayName("case 25: refusals and completions in any number use the bounds up by nothing")
    default void boundsDoNotLeak() {
        KitBench.Run run = bench().open(Map.of("max_tasks_in_flight", 3, "max_bytes_in_flight", 1_000));
        for (Caller caller : run.callers()) {
            List<ObjectKey> keys = Chunks.keys("c25-leak", 1);
            for (int round = 0; round < 50; round++) {
                List<Long> ids = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    ids.add(caller.adapter().submitStoreTask(keys, Chunks.buffers(keys, 300)));
                }
                assertThrows(
                        BackPressureException.class,
                        () -> caller.adapter().submitStoreTask(keys, Chunks.buffers(keys, 300)));
                ids.forEach(id -> caller.await(TaskKind.STORE, id));
            }
        }
    }
}
