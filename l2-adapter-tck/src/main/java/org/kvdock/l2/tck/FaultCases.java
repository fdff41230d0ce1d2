package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Trouble changes how a task ends, never whether it does (R3, R12, R13). */
public interface FaultCases extends KitCases {
    @Test
    @DisplayName("case 21: a listener that throws, also an Error, loses no completion, not even for other listeners")
    default void throwingListener() {
        KitBench.Run run = bench().open();
        List<TaskResult> heard = Collections.synchronizedList(new ArrayList<>());
        for (Caller caller : run.callers()) {
            caller.adapter().addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    if (result.taskId() % 2 == 0) {
                        throw new KitError("a listener");
                    }
                    throw new IllegalStateException("a listener");
                }

                @Override
                public void keyPublished(ObjectKey key, long bytes) {
                    throw new KitError("a listener");
                }

                @Override
                public void keyRemoved(ObjectKey key, RemovalReason reason) {
                    throw new KitError("a listener");
                }
            });
            caller.adapter().addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    heard.add(result);
                }
            });
        }
        List<ObjectKey> keys = Chunks.keys("c21", 4);
        for (ObjectKey key : keys) {
            assertTrue(run.store(key, 64).success());
        }
        assertEquals("1111", run.lookup(keys).bitmap().toString());
        assertEquals("1111", run.load(keys, Chunks.empty(4, 64)).bitmap().toString());
        run.reading().submitUnlock(keys);
        // Some adapters let go of what was read by themselves; either way the listener throws, and the keys are gone.
        run.reading().delete(keys);
        assertEquals(0, run.reading().usage().objects());
        run.callers().forEach(caller -> assertTrue(caller.adapter().drain(Caller.patience()).complete()));
        // Listeners come last, perhaps a moment after the drain has seen the last completion.
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (heard.size() < 6 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(6, heard.size(), "completions that the listener behind it heard");
    }

    @Test
    @DisplayName("case 21: a listener whose registration is closed hears nothing more")
    default void closedRegistration() throws Exception {
        KitBench.Run run = bench().open();
        List<ObjectKey> heard = Collections.synchronizedList(new ArrayList<>());
        AutoCloseable registration = run.reading().addListener(new L2AdapterListener() {
            @Override
            public void keyPublished(ObjectKey key, long bytes) {
                assertEquals(64, bytes);
                heard.add(key);
            }
        });
        List<ObjectKey> keys = Chunks.keys("c21-closed", 2);
        run.store(keys.get(0), 64);
        registration.close();
        run.store(keys.get(1), 64);
        run.callers().forEach(caller -> caller.adapter().close());
        assertEquals(keys.subList(0, 1), heard);
    }

    @ParameterizedTest(name = "case 22: an Error in the thread that moves a {0} fails the task, and the adapter goes on")
    @EnumSource(TaskKind.class)
    default void crashedMover(TaskKind kind) {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c22");
        run.store(key, 64);
        run.crash(kind);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ObjectKey own = kind == TaskKind.STORE ? Chunks.key("c22-" + i) : key;
            ids.add(run.submit(kind, List.of(own), List.of(Chunks.buffer(own, 64))));
        }
        for (long id : ids) {
            TaskResult result = run.await(kind, id);
            assertEquals(TaskOutcome.FAILURE, result.outcome());
            assertNotEquals(ErrorCode.NONE, result.error());
            assertFalse(result.errorText().isEmpty());
            assertEquals(0, result.bitmap().count());
        }
        run.heal();
        assertTrue(run.store(Chunks.key("c22-after"), 64).success());
        assertEquals("1", run.lookup(List.of(key)).bitmap().toString());
        assertEquals("1", run.load(List.of(key), Chunks.empty(1, 64)).bitmap().toString());
    }

    @ParameterizedTest(name = "case 26: a {0} past its deadline completes as timeout")
    @EnumSource(TaskKind.class)
    default void deadline(TaskKind kind) {
        KitBench.Run run = bench().open(Map.of(kind.name().toLowerCase() + "_timeout_ms", 100));
        ObjectKey key = Chunks.key("c26");
        run.store(Chunks.key("c26"), 64);
        run.stall(kind);
        ObjectKey own = kind == TaskKind.STORE ? Chunks.key("c26-own") : key;
        GuardedMemory memory = new GuardedMemory(64);
        long start = System.nanoTime();
        TaskResult result = run.await(kind, run.submit(kind, List.of(own), List.of(memory.buffer())));
        long tookMillis = (System.nanoTime() - start) / 1_000_000;
        assertEquals(TaskOutcome.TIMEOUT, result.outcome());
        assertEquals(ErrorCode.DEADLINE, result.error());
        assertTrue(tookMillis >= 100, "too early, after " + tookMillis + " ms");
        memory.fillWithPattern();
        run.heal();
        memory.assertUntouchedFor(CloseCases.WATCH);
        if (kind == TaskKind.LOOKUP) {
            assertEquals(0, run.reading().status().locksHeld(), "locks of a lookup that timed out");
        }
    }

    @Test
    @DisplayName("case 26: tasks that ran into their deadline leave nothing behind that keeps others from success")
    default void othersGoOn() {
        // Those that go on have the same deadline: as long as the kit's patience allows, or a busy machine misses it.
        long deadlineMillis = Math.min(2_000, Caller.patience().toMillis() / 3);
        KitBench.Run run = bench().open(Map.of("store_timeout_ms", deadlineMillis));
        run.stall(TaskKind.STORE);
        List<Long> stuck = new ArrayList<>();
        for (ObjectKey key : Chunks.keys("c26-stuck", 10)) {
            stuck.add(run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64))));
        }
        stuck.forEach(id -> assertEquals(TaskOutcome.TIMEOUT, run.await(TaskKind.STORE, id).outcome()));
        run.heal();
        for (ObjectKey key : Chunks.keys("c26-stuck", 20)) {
            TaskResult result = run.store(key, 64);
            assertTrue(result.success(), result.errorText());
            assertEquals("1", run.load(List.of(key), Chunks.empty(1, 64)).bitmap().toString());
        }
    }

    @ParameterizedTest(name = "case R13: a failed {0} is counted, makes the adapter unhealthy, and it recovers by itself")
    @EnumSource(value = TaskKind.class, names = {"STORE", "LOAD"})
    default void failuresAreCounted(TaskKind kind) {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r13");
        run.store(key, 64);
        AdapterStatus before = run.caller(kind).adapter().status();
        assertTrue(before.healthy());
        run.fail(kind);
        ObjectKey own = kind == TaskKind.STORE ? Chunks.key("r13-own") : key;
        TaskResult result = run.await(kind, run.submit(kind, List.of(own), List.of(Chunks.buffer(own, 64))));
        assertEquals(TaskOutcome.FAILURE, result.outcome());
        AdapterStatus after = run.caller(kind).adapter().status();
        assertEquals(failures(before, result.error()) + 1, failures(after, result.error()));
        assertFalse(after.healthy());
        assertEquals(result.error(), after.lastError().orElseThrow().code());
        assertFalse(after.since().isBefore(before.since()));
        run.heal();
        ObjectKey next = kind == TaskKind.STORE ? Chunks.key("r13-next") : key;
        assertTrue(run.await(kind, run.submit(kind, List.of(next), List.of(Chunks.buffer(next, 64)))).success());
        assertTrue(run.caller(kind).adapter().status().healthy());
    }

    private static long failures(AdapterStatus status, ErrorCode code) {
        return status.failures().getOrDefault(code, 0L);
    }
}
