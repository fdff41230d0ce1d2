package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.AdapterStatus.Phase;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/** What drain does (R9, R11). */
public interface DrainCases extends KitCases {
    @Test
    @DisplayName("case 20: while it drains, stores and lookups are refused with a reason")
    default void intakeStops() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c20", 1);
        for (Caller caller : run.callers()) {
            DrainReport report = caller.adapter().drain(Caller.patience());
            assertTrue(report.complete(), "left of nothing: " + report.left());
            assertEquals(Phase.DRAINING, caller.adapter().status().phase());
            DrainingException e = assertThrows(
                    DrainingException.class, () -> caller.adapter().submitStoreTask(keys, Chunks.buffers(keys, 8)));
            assertTrue(e.getMessage().contains(caller.adapter().name()), e.getMessage());
            assertThrows(DrainingException.class, () -> caller.adapter().submitLookupAndLockTask(keys));
            assertThrows(
                    DrainingException.class,
                    () -> caller.adapter().submitLoadTask(keys, Chunks.buffers(keys, 8)), "a key that is not locked");
        }
    }

    @Test
    @DisplayName("case 20: drain waits for what is in flight, and every task finishes")
    default void inFlightFinishes() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c20-in-flight", 50);
        List<Long> ids = keys.stream()
                .map(key -> run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 4096))))
                .toList();
        DrainReport report = run.storing().drain(Caller.patience());
        assertEquals(List.of(), report.left());
        for (long id : ids) {
            TaskResult result = run.await(TaskKind.STORE, id);
            assertTrue(result.success(), result.errorText());
        }
    }

    @Test
    @DisplayName("case 20: unlocks, and loads of keys that are locked, still pass while it drains")
    default void unlocksPass() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c20-locked");
        run.store(key, 64);
        assertEquals("1", run.lookup(List.of(key)).bitmap().toString());
        assertEquals(1, run.reading().drain(Caller.patience()).locksHeld());
        GuardedMemory into = new GuardedMemory(64);
        assertEquals("1", run.load(List.of(key), List.of(into.buffer())).bitmap().toString());
        into.assertHolds(Chunks.content(key, 64));
        run.reading().submitUnlock(List.of(key));
        assertEquals(0, run.reading().drain(Duration.ZERO).locksHeld());
        assertThrows(DrainingException.class, () -> run.reading().submitLoadTask(List.of(key), Chunks.empty(1, 64)));
    }

    @Test
    @DisplayName("case 20: the deadline is kept, the report says what was left, and while that is in flight submits are refused")
    default void deadlineIsKept() {
        KitBench.Run run = bench().open();
        run.journal(run.storing()).hold();
        ObjectKey key = Chunks.key("c20-held");
        long id = run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64)));
        long start = System.nanoTime();
        DrainReport report = Caller.within("drain", () -> run.storing().drain(Duration.ofMillis(100)));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(List.of(id), report.left());
        assertFalse(report.complete());
        assertTrue(took.compareTo(Duration.ofMillis(100)) >= 0, "gave up early, after " + took);
        // A hundred times the deadline, which is more than a busy machine takes.
        Duration most = Duration.ofSeconds(10);
        assertTrue(took.compareTo(most) < 0, "waited for " + took + " with a deadline of 100 ms");
        ObjectKey other = Chunks.key("c20-late");
        assertThrows(
                DrainingException.class, () -> run.storing().submitStoreTask(List.of(other), List.of(Chunks.buffer(other, 64))));
        assertThrows(DrainingException.class, () -> run.storing().submitLookupAndLockTask(List.of(other)));
        run.journal(run.storing()).release(true);
        assertTrue(run.await(TaskKind.STORE, id).success());
        assertEquals(List.of(), run.storing().drain(Caller.patience()).left());
    }

    @Test
    @DisplayName("case 20: an interrupted drain reports at once and keeps the interrupt")
    default void interrupted() {
        KitBench.Run run = bench().open();
        run.journal(run.storing()).hold();
        ObjectKey key = Chunks.key("c20-interrupted");
        long id = run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64)));
        DrainReport report = Caller.within("an interrupted drain", () -> {
            Thread.currentThread().interrupt();
            DrainReport early = run.storing().drain(Caller.patience().multipliedBy(2));
            assertTrue(Thread.currentThread().isInterrupted(), "the interrupt flag is set again");
            return early;
        });
        assertEquals(List.of(id), report.left());
        run.journal(run.storing()).release(true);
        assertTrue(run.await(TaskKind.STORE, id).success());
    }
}
