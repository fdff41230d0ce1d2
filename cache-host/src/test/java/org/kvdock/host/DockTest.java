package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.matches;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TaskState;

class DockTest {
    private static final int BYTES = 500;
    /** Declarative services take a component that keeps a lock for longer for stuck. */
    private static final Duration SCR_PATIENCE = Duration.ofSeconds(5);

    private static final Duration DRAIN = Duration.ofMillis(3000);

    private final CacheHost host = CacheHost.open(HostSettings.of(Map.of("drain_ms", DRAIN.toMillis())));
    private final SteeredAdapter a = SteeredAdapter.open("a", Map.of("close_grace_ms", 50));
    private final SteeredAdapter b = SteeredAdapter.open("b");

    @AfterEach
    void close() {
        a.close();
        b.close();
        host.close();
    }

    private static CompletableFuture<Duration> undock(CacheHost host, SteeredAdapter adapter) {
        return CompletableFuture.supplyAsync(() -> {
            long start = System.nanoTime();
            host.undock(adapter);
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    private void awaitPhase(DockPhase phase) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (host.status().adapters().stream().noneMatch(adapter -> adapter.phase() == phase)) {
            assertTrue(System.nanoTime() < end, "nobody is " + phase);
            Thread.onSpinWait();
        }
    }

    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(0, host.status().l1().locked());
        assertEquals(0, host.status().l1().reserved());
    }

    @Test
    @DisplayName("case 95: an adapter that appears gets new stores and lookups at once")
    void appears() {
        assertTrue(get(store(host, "r0", range(0, 2), BYTES)).error().isPresent());
        host.dock(a);
        assertEquals(2, get(store(host, "r1", range(0, 2), BYTES)).stored().count());
        host.dock(b.with(range(10, 3), BYTES));
        try (Prefetched got = prefetch(host, "r2", range(10, 3), BYTES)) {
            assertEquals(3, got.prefix());
        }
        assertEquals(2, host.status().adapters().size());
    }

    @Test
    @DisplayName("case 96: removal: new work goes past it, what is in flight drains, then it is gone and still open")
    void drains() throws InterruptedException {
        host.dock(a);
        host.dock(b);
        a.hold(TaskKind.STORE);
        CompletionStage<RequestStored> before = store(host, "r0", range(0, 2), BYTES);
        a.awaitHeld(TaskKind.STORE, 1);
        CompletableFuture<Duration> gone = undock(host, a);
        awaitPhase(DockPhase.DRAINING);
        assertEquals(2, get(store(host, "r1", range(2, 2), BYTES)).stored().count());
        assertFalse(gone.isDone());
        a.release(TaskKind.STORE);
        assertEquals(2, get(before).stored().count());
        assertTrue(get(gone).compareTo(SCR_PATIENCE) < 0);
        assertEquals(1, a.stores.size());
        assertEquals(List.of("b"), host.status().adapters().stream().map(HostStatus.Adapter::name).toList());
        assertTrue(a.eventFd(TaskKind.STORE).isOpen(), "drained in time, so it is its owner's to close");
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 96: an interrupted thread that removes an adapter waits like any other: what is in flight drains, and nothing is closed")
    void interruptedRemoval() throws InterruptedException {
        host.dock(a);
        a.hold(TaskKind.STORE);
        CompletionStage<RequestStored> before = store(host, "r0", range(0, 2), BYTES);
        a.awaitHeld(TaskKind.STORE, 1);
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread removing = new Thread(() -> {
            Thread.currentThread().interrupt();
            host.undock(a);
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        removing.start();
        while (removing.isAlive() && removing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        removing.interrupt();
        a.release(TaskKind.STORE);
        removing.join();
        assertEquals(2, get(before).stored().count());
        assertEquals(AdapterStatus.Phase.OPEN, a.status().phase());
        assertTrue(stillInterrupted.get());
    }

    @Test
    @DisplayName("case 96: a load in flight drains, and locks that a lookup took at a leaving adapter are given back")
    void locksReturn() throws InterruptedException {
        host.dock(a.with(range(0, 2), BYTES));
        host.dock(b.with(range(2, 2), BYTES));
        b.hold(TaskKind.LOOKUP);
        CompletionStage<Prefetched> stage = host.prefetch("r", range(0, 4), BYTES, PATIENCE);
        b.awaitHeld(TaskKind.LOOKUP, 1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (a.locks() < 2) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
        assertTrue(get(undock(host, a)).compareTo(SCR_PATIENCE) < 0);
        assertEquals(0, a.locks());
        b.release(TaskKind.LOOKUP);
        assertEquals(0, get(stage).prefix());
        assertNothingHeld();
        assertEquals(0, b.locks());
    }

    @Test
    @DisplayName("case 97: removing twice, or what was never docked, is prompt")
    void twice() {
        host.dock(a);
        host.undock(a);
        assertTrue(get(undock(host, a)).compareTo(DRAIN) < 0);
        assertTrue(get(undock(host, b)).compareTo(DRAIN) < 0);
        assertThrows(IllegalStateException.class, () -> {
            host.dock(b);
            host.dock(b);
        });
    }

    @Test
    @DisplayName("case 98: ids are never reused, also for the same adapter")
    void ids() {
        int first = host.dock(a);
        int second = host.dock(b);
        host.undock(a);
        int third = host.dock(a);
        assertNotEquals(first, third);
        assertTrue(second > first && third > second);
        assertEquals(2, get(store(host, "r", range(0, 2), BYTES)).stored().count());
    }

    @Test
    @DisplayName("case 102: an adapter that does not drain is closed, its tasks complete as cancelled, nothing stays locked")
    void stuck() throws InterruptedException {
        try (SteeredAdapter stuck = SteeredAdapter.open("stuck", Map.of("close_grace_ms", 100))) {
            host.dock(stuck.with(range(10, 3), BYTES));
            stuck.hold(TaskKind.STORE);
            stuck.hold(TaskKind.LOAD);
            CompletionStage<RequestStored> stored = store(host, "r0", range(0, 2), BYTES);
            CompletionStage<Prefetched> fetched = host.prefetch("r1", range(10, 3), BYTES, PATIENCE);
            stuck.awaitHeld(TaskKind.STORE, 1);
            stuck.awaitHeld(TaskKind.LOAD, 1);
            assertTrue(get(undock(host, stuck)).compareTo(SCR_PATIENCE) < 0);
            assertTrue(get(stored).error().orElseThrow().contains("CANCELLED"), get(stored).error().toString());
            assertEquals(0, get(fetched).prefix());
        }
        assertEquals(List.of(), host.status().adapters());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 102: an adapter that cannot even be closed holds nobody up; its memory stays reserved until it ends")
    void stuckInClose() throws Exception {
        try (SteeredAdapter stuck = SteeredAdapter.open("stuck", Map.of("close_grace_ms", 60_000, "load_timeout_ms", 60_000))) {
            host.dock(stuck.with(range(0, 3), BYTES));
            stuck.hold(TaskKind.LOAD);
            CompletionStage<Prefetched> fetched = host.prefetch("r", range(0, 3), BYTES, Duration.ofSeconds(3));
            stuck.awaitHeld(TaskKind.LOAD, 1);
            assertTrue(get(undock(host, stuck)).compareTo(SCR_PATIENCE) < 0);
            assertEquals(0, get(fetched).prefix());
            assertEquals(3, host.status().l1().reserved());
            awaitPhase(DockPhase.CLOSING);
            stuck.release(TaskKind.LOAD);
            assertNothingHeld();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!host.status().adapters().isEmpty()) {
                assertTrue(System.nanoTime() < end);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    @DisplayName("a host that closes lets go of its adapters, and the next host docks them")
    void nextHost() {
        CacheHost first = CacheHost.open(HostSettings.DEFAULT);
        first.dock(a);
        get(store(first, "r", range(0, 3), BYTES));
        first.close();
        first.close();
        assertThrows(ClosedException.class, () -> first.write("r", range(0, 1), BYTES));
        assertThrows(ClosedException.class, () -> first.prefetch("r", range(0, 1), BYTES, PATIENCE));
        host.dock(a);
        try (Prefetched got = prefetch(host, "r", range(0, 3), BYTES)) {
            assertEquals(3, got.prefix());
            assertTrue(matches(got, range(0, 3)));
        }
    }

    @Test
    @DisplayName("a host that closes with work in flight completes every stage")
    void closesWithWork() throws InterruptedException {
        CacheHost first = CacheHost.open(HostSettings.DEFAULT);
        first.dock(a.with(range(10, 2), BYTES));
        a.hold(TaskKind.STORE);
        a.hold(TaskKind.LOOKUP);
        CompletionStage<RequestStored> stored = store(first, "r", range(0, 3), BYTES);
        CompletionStage<Prefetched> fetched = first.prefetch("r", range(10, 2), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.STORE, 1);
        a.awaitHeld(TaskKind.LOOKUP, 1);
        first.close();
        assertTrue(get(stored).error().isPresent());
        assertEquals(0, get(fetched).prefix());
        assertEquals(3, first.status().l1().locked(), "what the adapter may still read");
    }

    @Test
    @DisplayName("case 99, 100: adapters swapped under 8 threads of load: no stage is lost, each journal's books are closed")
    void swaps() throws Exception {
        int swaps = Integer.getInteger("kvdock.swaps", 40);
        MemoryJournals journals = new MemoryJournals();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong stored = new AtomicLong();
        AtomicLong loaded = new AtomicLong();
        long seed = System.nanoTime();
        List<Future<?>> load = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            load.add(pool.submit(() -> {
                java.util.Random random = new java.util.Random(seed + thread);
                for (int i = 0; !stop.get(); i++) {
                    String id = thread + "-" + i;
                    if (thread % 2 == 0) {
                        stored.addAndGet(get(store(host, id, range(random.nextInt(5000), 4), BYTES)).stored().count());
                    } else {
                        long from = random.nextInt(5000);
                        try (Prefetched got = prefetch(host, id, range(from, 4), BYTES)) {
                            assertTrue(matches(got, range(from, 4)), "seed " + seed);
                            loaded.addAndGet(got.prefix());
                        }
                    }
                }
            }));
        }
        SteeredAdapter current = SteeredAdapter.open("s", journals, Map.of());
        host.dock(current);
        for (int i = 0; i < swaps; i++) {
            long before = stored.get() + loaded.get();
            SteeredAdapter next = SteeredAdapter.open("s" + i, journals, Map.of());
            host.dock(next);
            host.undock(current);
            current.close();
            current = next;
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (stored.get() + loaded.get() < before + 20) {
                assertTrue(System.nanoTime() < end, "no progress, seed " + seed);
                Thread.yield();
            }
        }
        stop.set(true);
        for (Future<?> thread : load) {
            thread.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
        assertNothingHeld();
        host.undock(current);
        current.close();
        long submitted = 0;
        for (int i = -1; i < swaps; i++) {
            TaskState state = journals.store(i < 0 ? "s" : "s" + i).fold();
            assertEquals(0, state.openTasks().size(), "seed " + seed);
            assertEquals(0, state.locksHeld(), "seed " + seed);
            assertEquals(state.counters().submitted(), state.counters().delivered(), "seed " + seed);
            submitted += state.counters().submitted();
        }
        HostStatus status = host.status();
        assertEquals(submitted, status.stores().tasksSubmitted() + status.prefetches().tasksSubmitted());
        assertEquals(status.stores().tasksSubmitted(), status.stores().tasksCompleted());
        assertEquals(status.prefetches().tasksSubmitted(), status.prefetches().tasksCompleted());
        assertEquals(0, status.stores().submitFailures() + status.prefetches().submitFailures(), "seed " + seed);
    }
}
