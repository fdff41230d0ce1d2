package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.l2.tck.KitError;

/** Threads, timers, bounds and books of the base outlive what goes wrong around them. */
class SturdinessTest {
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 2);

    @Test
    @DisplayName("R5: an eventfd that could not be written once is written the next time")
    void signalAfterFailure() {
        AtomicLong told = new AtomicLong();
        AtomicBoolean broken = new AtomicBoolean(true);
        CompletionSignal[] signal = new CompletionSignal[1];
        signal[0] = new CompletionSignal(null, count -> {
            if (broken.getAndSet(false)) {
                // Somebody else completes meanwhile and relies on this thread.
                signal[0].add();
                throw new IllegalStateException("once");
            }
            told.addAndGet(count);
        });
        assertThrows(IllegalStateException.class, signal[0]::add);
        assertEquals(1, told.get(), "the completion that relied on the thread whose write failed");
        signal[0].add();
        assertEquals(2, told.get());
    }

    @Test
    @DisplayName("R5: an Error in a write to the eventfd costs nobody else's signal either")
    void signalAfterError() {
        AtomicLong told = new AtomicLong();
        AtomicBoolean broken = new AtomicBoolean(true);
        CompletionSignal signal = new CompletionSignal(null, count -> {
            if (broken.getAndSet(false)) {
                throw new KitError("the eventfd");
            }
            told.addAndGet(count);
        });
        assertThrows(KitError.class, signal::add);
        signal.add();
        assertEquals(1, told.get());
    }

    @Test
    @DisplayName("R11: a drain without a deadline is refused and stops nothing; one with a negative deadline reports at once")
    void oddDeadlines() {
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            assertThrows(NullPointerException.class, () -> adapter.drain(null));
            assertTrue(caller.store(KEYS, Chunks.buffers(KEYS, 8)).success());
            assertTrue(adapter.drain(Duration.ofSeconds(Long.MIN_VALUE)).complete());
        }
    }

    @Test
    @DisplayName("R12: the clock outlives a tick that throws")
    void clockOutlivesThrow() {
        AtomicInteger throwing = new AtomicInteger(3);
        TimeSource time = new TimeSource() {
            @Override
            public long nanos() {
                if (Thread.currentThread().getName().endsWith("-clock") && throwing.getAndDecrement() > 0) {
                    throw new KitError("the clock");
                }
                return System.nanoTime();
            }

            @Override
            public long wallMicros() {
                return TimeSource.SYSTEM.wallMicros();
            }
        };
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of("store_timeout_ms", 20), new MemoryJournals(), time);
                Caller caller = new Caller(adapter)) {
            adapter.onStore = task -> {};
            assertEquals(TaskOutcome.TIMEOUT, caller.store(KEYS, Chunks.buffers(KEYS, 8)).outcome());
            assertTrue(throwing.get() <= 0);
        }
    }

    @Test
    @DisplayName("R3: a worker outlives whatever comes out of a move")
    void workerOutlivesThrow() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(2);
        AtomicInteger told = new AtomicInteger();
        WorkerPool pool = new WorkerPool("w", 1, 10, task -> {
            ran.countDown();
            throw new KitError("a move");
        }, thrown -> told.incrementAndGet());
        pool.start();
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new MemoryJournals())) {
            CountDownLatch caught = new CountDownLatch(1);
            adapter.onLookup = task -> {
                pool.add(task);
                pool.add(task);
                caught.countDown();
                task.complete();
            };
            adapter.submitLookupAndLockTask(KEYS);
            assertTrue(caught.await(Caller.patience().toSeconds(), TimeUnit.SECONDS));
            assertTrue(ran.await(Caller.patience().toSeconds(), TimeUnit.SECONDS), "the worker did not come back");
        } finally {
            pool.stop(Caller.patience().toNanos());
        }
        assertEquals(2, told.get());
    }

    @Test
    @DisplayName("R14: where all workers are stuck, tasks that have timed out do not pile up behind them")
    void deadTasksDoNotPileUp() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (ProbeAdapter adapter = ProbeAdapter.open(
                        Map.of("workers", 1, "store_timeout_ms", 2, "max_tasks_in_flight", 8), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            adapter.onStore = task -> goOn.await();
            int most = 0;
            for (int i = 0; i < 200; i++) {
                assertEquals(TaskOutcome.TIMEOUT, caller.store(KEYS, Chunks.buffers(KEYS, 8)).outcome());
                most = Math.max(most, adapter.queuedForWorkers());
            }
            assertTrue(most <= 17, most + " tasks in the queue, 8 may be open");
            goOn.countDown();
        }
    }

    @Test
    @DisplayName("R9: leases that the journal cannot record end when it can, and are told as failing once")
    void leasesAndABrokenJournal() {
        AtomicBoolean refusing = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        BentJournals journals = new BentJournals() {
            @Override
            void onAppend(int number, RecordType type) {
                if (type == RecordType.LEASE_ENDED && refusing.get()) {
                    refused.incrementAndGet();
                    throw new JournalUnavailableException("no room");
                }
            }
        };
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of("lock_lease_ms", 20), journals);
                Caller caller = new Caller(adapter)) {
            ConcurrentLinkedQueue<ObjectKey> unlocked = new ConcurrentLinkedQueue<>();
            adapter.onUnlocked = unlocked::addAll;
            caller.store(KEYS, Chunks.buffers(KEYS, 8));
            assertEquals("11", caller.lookup(KEYS).bitmap().toString());
            awaitUntil("several tries", () -> refused.get() >= 5);
            assertEquals(2, adapter.status().locksHeld());
            assertEquals(Map.of(ErrorCode.JOURNAL_UNAVAILABLE, 1L), adapter.status().failures());
            refusing.set(false);
            awaitUntil("the leases to end", () -> adapter.status().locksHeld() == 0);
            awaitUntil("the adapter to be told", () -> unlocked.size() == 2);
            assertEquals(0, journals.store.fold().locksHeld());
            assertEquals("11", adapter.delete(KEYS).toString());
        }
    }

    private static void awaitUntil(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("R9: an unlock of more keys than one record holds is not refused, and is in the journal whole")
    void hugeUnlock() {
        BentJournals journals = new BentJournals();
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), journals);
                Caller caller = new Caller(adapter)) {
            caller.store(KEYS, Chunks.buffers(KEYS, 8));
            caller.lookup(KEYS);
            List<ObjectKey> many = new ArrayList<>(Collections.nCopies(60_000, longKey()));
            many.addAll(KEYS);
            adapter.submitUnlock(many);
            assertEquals(0, adapter.status().locksHeld());
            assertEquals(0, journals.store.fold().locksHeld());
        }
    }

    private static ObjectKey longKey() {
        return ObjectKey.of(new byte[ObjectKey.MAX_HASH_BYTES], "m".repeat(255), 0, 0, "s".repeat(128));
    }

    @Test
    @DisplayName("an adapter that cannot start leaves no file descriptor, no thread and no open journal")
    void failedStart() {
        BentJournals journals = new BentJournals() {
            @Override
            void onAppend(int number, RecordType type) {
                if (type == RecordType.EPOCH_READY) {
                    throw new JournalUnavailableException("no room");
                }
            }
        };
        // The native library is loaded by the first one.
        ProbeAdapter.open(Map.of(), new MemoryJournals()).close();
        int before = openFiles();
        for (int i = 0; i < 20; i++) {
            assertThrows(JournalUnavailableException.class, () -> ProbeAdapter.open(Map.of(), journals));
        }
        assertTrue(openFiles() <= before + 10, openFiles() + " open files, " + before + " before");
        assertEquals(20, journals.closes.get());
        awaitNoThreads();
    }

    // Close waits for them for a bounded time only, and so may those of the tests before this one still be ending.
    private static void awaitNoThreads() {
        awaitUntil("the threads to end", () ->
                Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("kvdock-probe")));
    }

    private static int openFiles() {
        return new File("/proc/self/fd").list().length;
    }

    @Test
    @DisplayName("R11: an absurdly long drain is a long drain, and an adapter's threads end with close")
    void longDrainAndThreads() {
        ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new MemoryJournals());
        assertTrue(adapter.drain(Duration.ofSeconds(Long.MAX_VALUE)).complete());
        adapter.close();
        awaitNoThreads();
    }

    @Test
    @DisplayName("an interrupted thread submits, fetches, unlocks and closes like any other, and stays interrupted")
    void interruptedCaller() {
        BentJournals journals = new BentJournals();
        ProbeAdapter adapter = ProbeAdapter.open(Map.of(), journals);
        Thread.currentThread().interrupt();
        long store = adapter.submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
        long lookup = adapter.submitLookupAndLockTask(KEYS);
        adapter.submitUnlock(KEYS);
        TaskResult stored = null;
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (stored == null && System.nanoTime() < end) {
            stored = adapter.popCompletedStoreTasks().get(store);
        }
        assertTrue(Thread.currentThread().isInterrupted());
        adapter.close();
        assertTrue(Thread.interrupted());
        assertTrue(stored != null && stored.success());
        assertTrue(adapter.queryLookupAndLockResult(lookup).isPresent());
        assertEquals(Map.of(), journals.store.fold().openTasks());
    }

    @Test
    @DisplayName("R11: the close of an interrupted thread gives what is in flight its grace, like any other")
    void interruptedCloser() throws InterruptedException {
        BentJournals journals = new BentJournals();
        ProbeAdapter adapter = ProbeAdapter.open(Map.of("close_grace_ms", Caller.patience().toMillis()), journals);
        CountDownLatch closerWaits = new CountDownLatch(1);
        adapter.onStore = task -> {
            closerWaits.await();
            adapter.publishAll(task);
        };
        long store = adapter.submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            adapter.close();
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        while (closer.isAlive() && closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        closer.interrupt();
        closerWaits.countDown();
        closer.join();
        assertTrue(adapter.popCompletedStoreTasks().get(store).success());
        assertTrue(stillInterrupted.get());
        assertEquals(Map.of(), journals.store.fold().openTasks());
    }

    @Test
    @DisplayName("a move that leaves its thread interrupted does not disturb the next one")
    void interruptedWorker() {
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of("workers", 1), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            AtomicBoolean found = new AtomicBoolean();
            adapter.onStore = task -> {
                found.compareAndSet(false, Thread.currentThread().isInterrupted());
                adapter.publishAll(task);
                Thread.currentThread().interrupt();
            };
            for (ObjectKey key : Chunks.keys("i", 10)) {
                assertTrue(caller.store(List.of(key), Chunks.empty(1, 8)).success());
            }
            assertEquals(false, found.get());
        }
    }

    @Test
    @DisplayName("delete goes on where the adapter's own clean-up throws")
    void deleteGoesOn() {
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            caller.store(KEYS, Chunks.buffers(KEYS, 8));
            adapter.onRemoved = key -> {
                throw new IllegalStateException("clean-up");
            };
            assertEquals("11", adapter.delete(KEYS).toString());
            assertEquals(2, adapter.status().failures().get(ErrorCode.INTERNAL));
        }
    }

    @Test
    @DisplayName("a listener that is added twice is told twice, and each registration ends by itself")
    void registeredTwice() throws Exception {
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            AtomicInteger heard = new AtomicInteger();
            L2AdapterListener listener = new L2AdapterListener() {
                @Override
                public void keyPublished(ObjectKey key, long bytes) {
                    heard.incrementAndGet();
                }
            };
            AutoCloseable first = adapter.addListener(listener);
            adapter.addListener(listener);
            caller.store(Chunks.keys("a", 1), Chunks.empty(1, 8));
            assertEquals(2, heard.get());
            first.close();
            first.close();
            caller.store(Chunks.keys("b", 1), Chunks.empty(1, 8));
            assertEquals(3, heard.get());
        }
    }

    @Test
    @DisplayName("R14: submits that are refused never cost another one its place")
    void refusalsTakeNoPlace() throws InterruptedException {
        // Two tasks, 100 bytes: one of 50 stays, so there is room for one of 10, and none for one of 51.
        try (ProbeAdapter adapter = ProbeAdapter.open(
                        Map.of("max_bytes_in_flight", 100, "max_tasks_in_flight", 2, "store_timeout_ms", 3_600_000),
                        new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            CountDownLatch goOn = new CountDownLatch(1);
            ObjectKey big = Chunks.key("big");
            adapter.onStore = task -> {
                if (task.keys().get(0).equals(big)) {
                    goOn.await();
                }
                task.stored(0, 1);
                task.complete();
            };
            long held = adapter.submitStoreTask(List.of(big), Chunks.empty(1, 50));
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> refused = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                Thread thread = new Thread(() -> {
                    while (!stop.get()) {
                        assertThrows(
                                BackPressureException.class,
                                () -> adapter.submitStoreTask(KEYS.subList(0, 1), Chunks.empty(1, 51)));
                    }
                });
                thread.start();
                refused.add(thread);
            }
            for (int i = 0; i < 2000; i++) {
                // There is room, whatever the others try.
                assertTrue(caller.store(KEYS.subList(1, 2), Chunks.empty(1, 10)).success());
            }
            stop.set(true);
            for (Thread thread : refused) {
                thread.join();
            }
            goOn.countDown();
            assertTrue(caller.await(TaskKind.STORE, held).success());
        }
    }

    @Test
    @DisplayName("R16: what is fetched after close is not told to a journal that has ended, and is no failure")
    void fetchedAfterClose() {
        BentJournals journals = new BentJournals();
        ProbeAdapter adapter = ProbeAdapter.open(Map.of(), journals);
        long id = adapter.submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
        adapter.close();
        assertTrue(adapter.popCompletedStoreTasks().get(id).success());
        assertEquals(Map.of(), adapter.status().failures());
        List<JournalRecord> records = journals.store.records();
        assertTrue(records.get(records.size() - 1) instanceof JournalRecord.EpochEnd, "the epoch's end comes last");
    }
}
