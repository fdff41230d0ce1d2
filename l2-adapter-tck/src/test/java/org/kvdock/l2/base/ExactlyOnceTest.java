package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskJournal.DurabilityAction;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.l2.tck.KitError;

/** Whatever an adapter or its journal does, each task completes exactly once (R3). */
class ExactlyOnceTest {
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 2);

    static Stream<Arguments> waysToFail() {
        return Stream.of(
                way("a null text", task -> task.fail(ErrorCode.PEER_LOST, null), ErrorCode.PEER_LOST),
                way("an empty text", task -> task.fail(ErrorCode.PEER_LOST, ""), ErrorCode.PEER_LOST),
                way("a null cause", task -> task.fail(null, "text"), ErrorCode.INTERNAL),
                way("many lines", task -> task.fail(ErrorCode.PEER_LOST, "a\nb\0" + "c".repeat(100_000)), ErrorCode.PEER_LOST),
                way("a null note", task -> {
                    task.note(ErrorCode.NO_ROOM, null);
                    task.complete();
                }, ErrorCode.NO_ROOM),
                way("an exception without a message", task -> {
                    throw new IllegalStateException();
                }, ErrorCode.INTERNAL),
                way("an exception that cannot say what it is", task -> {
                    throw new RuntimeException() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public String toString() {
                            throw new KitError("toString");
                        }
                    };
                }, ErrorCode.INTERNAL),
                way("an Error", task -> {
                    throw new KitError("a mover");
                }, ErrorCode.INTERNAL),
                way("an interrupt", task -> {
                    Thread.currentThread().interrupt();
                    throw new InterruptedException();
                }, ErrorCode.INTERNAL),
                way("ending it over and over", task -> {
                    task.fail(ErrorCode.CHECKSUM, "first");
                    task.complete();
                    task.fail(ErrorCode.PEER_LOST, "third");
                    task.timeOut();
                    task.cancel();
                    throw new KitError("sixth");
                }, ErrorCode.CHECKSUM),
                way("ending it from inside a buffer", task -> {
                    task.read(0, chunk -> task.fail(ErrorCode.CHECKSUM, "inside"));
                }, ErrorCode.CHECKSUM),
                way("an Error from inside a buffer", task -> task.read(0, chunk -> {
                    throw new KitError("inside");
                }), ErrorCode.INTERNAL),
                way("an Error from inside a publication", task -> task.commit(0, 1, () -> {
                    throw new KitError("inside");
                }), ErrorCode.INTERNAL));
    }

    private static Arguments way(String name, ProbeAdapter.Move<StoreTask> move, ErrorCode cause) {
        return Arguments.of(name, move, cause);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToFail")
    @DisplayName("a store that fails by")
    void failing(String name, ProbeAdapter.Move<StoreTask> move, ErrorCode cause) {
        BentJournals journals = new BentJournals();
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), journals);
                Caller caller = new Caller(adapter)) {
            adapter.onStore = move;
            for (int round = 0; round < 5; round++) {
                TaskResult result = caller.store(KEYS, Chunks.buffers(KEYS, 8));
                assertEquals(TaskOutcome.FAILURE, result.outcome());
                assertEquals(cause, result.error());
                assertFalse(result.errorText().isEmpty());
                assertTrue(result.errorText().length() <= 1004 && !result.errorText().contains("\n"), result.errorText());
            }
            assertTrue(caller.lookup(KEYS).success(), "the workers live on");
            assertOnce(journals, 6);
        }
    }

    private static void assertOnce(BentJournals journals, int tasks) {
        List<Long> completed = new ArrayList<>();
        for (JournalRecord record : journals.store.records()) {
            if (record instanceof JournalRecord.Completed task) {
                completed.add(task.taskId());
            }
        }
        assertEquals(tasks, completed.size(), completed.toString());
        assertEquals(tasks, completed.stream().distinct().count(), completed.toString());
    }

    static Stream<Arguments> brokenPromises() {
        return Stream.of(
                promise("runs the action and throws", action -> {
                    action.run(true);
                    throw new KitError("after it");
                }, true),
                promise("runs the action twice", action -> {
                    action.run(true);
                    action.run(false);
                }, true),
                promise("throws instead", action -> {
                    throw new IllegalStateException("instead");
                }, false),
                promise("says that it is not durable", action -> action.run(false), false));
    }

    private static Arguments promise(String name, Consumer<DurabilityAction> whenDurable, boolean success) {
        return Arguments.of(name, whenDurable, success);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenPromises")
    @DisplayName("a journal that")
    void promises(String name, Consumer<DurabilityAction> whenDurable, boolean success) {
        BentJournals journals = new BentJournals() {
            @Override
            void whenDurable(DurabilityAction action) {
                whenDurable.accept(action);
            }
        };
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), journals);
                Caller caller = new Caller(adapter)) {
            adapter.index().publish(KEYS.get(0), 8, 0, 0, "here");
            for (int round = 0; round < 5; round++) {
                TaskResult result = caller.lookup(KEYS);
                assertEquals(success, result.success());
                assertEquals(success ? "10" : "00", result.bitmap().toString());
                assertEquals(success ? 1 : 0, adapter.status().locksHeld(), "a lock that nobody was told of");
                adapter.submitUnlock(result.bitmap().gather(KEYS));
            }
            assertEquals(0, adapter.status().unfetched());
            assertEquals(0, adapter.status().inFlight().get(TaskKind.LOOKUP).tasks());
            caller.awaitSignals(TaskKind.LOOKUP, 5);
            assertEquals(0, journals.store.fold().locksHeld());
        }
    }

    @Test
    @DisplayName("what a fetch cannot record is handed out all the same, an Error in the journal included")
    void unrecordedDelivery() {
        BentJournals journals = new BentJournals() {
            @Override
            void onAppend(int number, RecordType type) {
                if (type == RecordType.DELIVERED) {
                    throw new KitError("delivered");
                }
            }
        };
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of("max_tasks_in_flight", 1), journals);
                Caller caller = new Caller(adapter)) {
            for (int round = 0; round < 3; round++) {
                assertTrue(caller.store(KEYS, Chunks.buffers(KEYS, 8)).success());
                assertTrue(caller.lookup(KEYS).success());
            }
            assertEquals(6, adapter.status().failures().get(ErrorCode.INTERNAL));
        }
    }

    @Test
    @DisplayName("a journal that forgets those who wait for it: close tells them all the same, as failed")
    void forgetfulJournal() {
        BentJournals journals = new BentJournals() {
            @Override
            void whenDurable(DurabilityAction action) {
                // never
            }
        };
        ProbeAdapter adapter = ProbeAdapter.open(Map.of("close_grace_ms", 20), journals);
        long store = adapter.submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
        adapter.close();
        TaskResult result = adapter.popCompletedStoreTasks().get(store);
        assertEquals(ErrorCode.JOURNAL_UNAVAILABLE, result.error());
        assertEquals(Map.of(), adapter.popCompletedStoreTasks());
    }

    @Test
    @DisplayName("a deadline waits for whoever is inside a buffer, and nobody enters after it (R7 over R12)")
    void deadlineInsideABuffer() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean enteredLater = new AtomicBoolean();
        AtomicInteger published = new AtomicInteger();
        CountDownLatch moved = new CountDownLatch(1);
        // It stands still, or a worker that came to the task after its deadline would never enter.
        AtomicLong nanos = new AtomicLong();
        AtomicReference<StoreTask> stored = new AtomicReference<>();
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of("store_timeout_ms", 20), new MemoryJournals(), stepped(nanos));
                Caller caller = new Caller(adapter)) {
            adapter.onStore = task -> {
                stored.set(task);
                task.read(0, chunk -> {
                    inside.countDown();
                    goOn.await();
                });
                enteredLater.set(task.read(1, chunk -> {}));
                task.commit(1, 8, () -> published.incrementAndGet() > 0);
                moved.countDown();
            };
            long id = adapter.submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
            inside.await();
            nanos.set(Duration.ofMillis(20).toNanos());
            // Until the clock has decided; the result must not be there, since somebody is still inside.
            long end = System.nanoTime() + 200_000_000L;
            while (System.nanoTime() < end || !stored.get().isDecided()) {
                assertEquals(Map.of(), adapter.popCompletedStoreTasks());
                Thread.onSpinWait();
            }
            goOn.countDown();
            TaskResult result = caller.await(TaskKind.STORE, id);
            assertEquals(TaskOutcome.TIMEOUT, result.outcome());
            moved.await();
            assertFalse(enteredLater.get());
            assertEquals(0, published.get());
        }
    }

    private static TimeSource stepped(AtomicLong nanos) {
        return new TimeSource() {
            @Override
            public long nanos() {
                return nanos.get();
            }

            @Override
            public long wallMicros() {
                return TimeSource.SYSTEM.wallMicros();
            }
        };
    }
}
