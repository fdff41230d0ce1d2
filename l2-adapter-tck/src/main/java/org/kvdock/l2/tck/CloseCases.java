package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.kvdock.l2.AdapterStatus.Phase;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.journal.JournalRecord;

/** What close does, and what still works after it (R3, R7, R11). */
public interface CloseCases extends KitCases {
    /** How long a buffer is watched for writes that must not come. */
    Duration WATCH = Duration.ofMillis(200);

    @Test
    @DisplayName("case 17: close on a fresh adapter, after work, and twice")
    default void close() {
        for (Caller caller : bench().open().callers()) {
            caller.adapter().close();
            assertEquals(Phase.CLOSED, caller.adapter().status().phase());
            caller.adapter().close();
        }
        KitBench.Run worked = bench().open();
        worked.store(Chunks.key("c17"), 64);
        worked.lookup(Chunks.keys("c17", 1));
        for (Caller caller : worked.callers()) {
            caller.adapter().close();
            caller.adapter().close();
            assertEquals(1, worked.journal(caller.adapter()).count(JournalRecord.EpochEnd.class));
        }
    }

    @Test
    @DisplayName("case 17: threads that close at once all return")
    default void closeAtOnce() throws InterruptedException {
        KitBench.Run run = bench().open();
        run.store(Chunks.key("c17-at-once"), 64);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> run.callers().forEach(caller -> caller.adapter().close()));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(Caller.patience().toMillis());
            assertFalse(thread.isAlive(), "a close has not returned");
        }
    }

    @Test
    @DisplayName("case 18: after close the eventfds are invalid, and results completed before it can still be fetched, once")
    default void resultsOutliveClose() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c18");
        Map<TaskKind, Long> ids = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            ids.put(kind, run.submit(kind, List.of(key), List.of(Chunks.buffer(key, 64))));
            run.caller(kind).awaitUntil(kind + " to complete", () -> run.caller(kind).signalled(kind) == 1);
        }
        List<EventFd> fds = new ArrayList<>();
        for (Caller caller : run.callers()) {
            for (TaskKind kind : TaskKind.values()) {
                fds.add(caller.adapter().eventFd(kind));
            }
            caller.adapter().close();
        }
        for (EventFd fd : fds) {
            assertFalse(fd.isOpen(), "after close");
            assertEquals(-1, fd.fd());
            assertEquals(0, fd.read());
        }
        ids.forEach((kind, id) -> {
            Optional<TaskResult> result = run.caller(kind).fetch(kind, id);
            assertTrue(result.isPresent() && result.get().success(), kind + ": " + result);
            assertTrue(run.caller(kind).fetch(kind, id).isEmpty(), kind + ", a second time");
        });
    }

    @Test
    @DisplayName("case 18: after close every other call throws, and status answers")
    default void callsAfterClose() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c18-calls", 1);
        for (Caller caller : run.callers()) {
            L2Adapter adapter = caller.adapter();
            adapter.close();
            List<Executable> calls = List.of(
                    () -> adapter.submitStoreTask(keys, Chunks.buffers(keys, 8)),
                    () -> adapter.submitLookupAndLockTask(keys),
                    () -> adapter.submitLoadTask(keys, Chunks.buffers(keys, 8)),
                    () -> adapter.submitUnlock(keys),
                    () -> adapter.delete(keys),
                    () -> adapter.listKeys(Optional.empty(), 10),
                    adapter::usage,
                    () -> adapter.addListener(new L2AdapterListener() {}),
                    () -> adapter.drain(Duration.ZERO));
            for (int i = 0; i < calls.size(); i++) {
                assertThrows(ClosedException.class, calls.get(i), "call " + i);
            }
            assertEquals(Phase.CLOSED, adapter.status().phase());
            assertEquals(Map.of(), adapter.popCompletedStoreTasks());
            assertTrue(adapter.queryLookupAndLockResult(0).isEmpty());
            assertTrue(adapter.queryLoadResult(0).isEmpty());
        }
    }

    @Test
    @DisplayName("case 19: close with tasks in flight: each completes once, and no buffer is touched afterwards")
    default void closeWithTasksInFlight() {
        KitBench.Run run = bench().open(Map.of("close_grace_ms", 50));
        ObjectKey stored = Chunks.key("c19");
        run.store(stored, 4096);
        List<TaskKind> stalled = run.stallWhatCanBe(TaskKind.STORE, TaskKind.LOAD);
        Map<TaskKind, List<Long>> ids = new EnumMap<>(TaskKind.class);
        List<GuardedMemory> memories = new ArrayList<>();
        for (TaskKind kind : stalled) {
            for (int i = 0; i < 3; i++) {
                GuardedMemory memory = new GuardedMemory(4096);
                memories.add(memory);
                ObjectKey key = kind == TaskKind.LOAD ? stored : Chunks.key("c19-" + i);
                ids.computeIfAbsent(kind, any -> new ArrayList<>())
                        .add(run.submit(kind, List.of(key), List.of(memory.buffer())));
            }
        }
        run.callers().forEach(caller -> caller.adapter().close());
        // The results are told, so these buffers are the caller's again; what was stalled goes on now.
        memories.forEach(GuardedMemory::fillWithPattern);
        run.heal();
        memories.forEach(memory -> memory.assertUntouchedFor(WATCH.dividedBy(memories.size())));
        ids.forEach((kind, list) -> list.forEach(id -> {
            Optional<TaskResult> result = run.caller(kind).fetch(kind, id);
            assertTrue(result.isPresent(), kind + " task " + id + " has no result after close");
            assertEquals(TaskOutcome.CANCELLED, result.get().outcome(), kind + " task " + id);
            assertTrue(run.caller(kind).fetch(kind, id).isEmpty(), kind + " task " + id + ", a second time");
        }));
        for (Caller caller : run.callers()) {
            assertEquals(Map.of(), run.journal(caller.adapter()).fold().openTasks(), "open in the journal");
        }
    }

    @Test
    @DisplayName("case 19: close from inside a listener returns, and no completion is lost")
    default void closeFromListener() {
        KitBench.Run run = bench().open(Map.of("close_grace_ms", 500));
        Caller caller = run.caller(TaskKind.STORE);
        caller.adapter().addListener(new L2AdapterListener() {
            @Override
            public void taskCompleted(TaskResult result) {
                caller.adapter().close();
            }
        });
        List<Long> ids = new ArrayList<>();
        for (ObjectKey key : Chunks.keys("c19-listener", 20)) {
            try {
                ids.add(run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64))));
            } catch (L2Exception e) {
                // Draining or closed by now: not accepted.
                continue;
            }
        }
        // The eventfds are closed by the listener, so this looks at the phase instead of waiting on them.
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (caller.adapter().status().phase() != Phase.CLOSED && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(Phase.CLOSED, caller.adapter().status().phase(), "the close from inside the listener");
        List<Long> missing = new ArrayList<>(ids);
        while (!missing.isEmpty() && System.nanoTime() < end) {
            missing.removeIf(id -> caller.fetch(TaskKind.STORE, id).isPresent());
        }
        assertEquals(List.of(), missing, "accepted stores without a result");
    }
}
