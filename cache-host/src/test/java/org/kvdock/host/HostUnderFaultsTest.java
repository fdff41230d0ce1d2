package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.matches;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.mock.MockAdapter;
import org.kvdock.l2.mock.MockAdapterFactory;

/** Everything at once: adapters that fail, throw, dawdle and drop keys, an L1 that is too small, readers and writers. */
class HostUnderFaultsTest {
    private static final int BYTES = 600;
    private static final int THREADS = 8;
    private static final int REQUESTS = Integer.getInteger("kvdock.requests", 150);
    private static final int KEYS = 700;

    private final MemoryJournals journals = new MemoryJournals();
    private final AtomicInteger damaged = new AtomicInteger();
    private final AtomicInteger full = new AtomicInteger();
    private final AtomicInteger read = new AtomicInteger();

    private MockAdapter mock(String name, long seed) {
        return new MockAdapterFactory().create(name, Map.of(
                "seed", seed, "failure_rate", 0.1, "error_rate", 0.03, "load_gap_rate", 0.1, "latency_ms", 1.0,
                "latency_shape", "long_tail", "latency_most_ms", 60, "max_tasks_in_flight", 24,
                "store_timeout_ms", 2000, "workers", 3), journals);
    }

    @Test
    @DisplayName("case 63-83: under faults no stage, lock, reservation or byte is lost")
    void faults() throws Exception {
        long seed = System.nanoTime();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (CacheHost host = CacheHost.open(HostSettings.of(Map.of(
                        "l1_max_objects", 250, "max_prefetches_in_flight", 6, "l1_slab_bytes", 1 << 14,
                        "l1_high_watermark", 95, "l1_low_watermark", 80)));
                MockAdapter a = mock("a", seed);
                MockAdapter b = mock("b", seed + 1)) {
            host.dock(a);
            host.dock(b);
            List<Future<?>> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(seed + t);
                int thread = t;
                threads.add(pool.submit(() -> {
                    for (int i = 0; i < REQUESTS; i++) {
                        request(host, random, thread + "-" + i);
                    }
                }));
            }
            for (Future<?> thread : threads) {
                thread.get(5 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertTrue(host.awaitIdle(PATIENCE), "seed " + seed);
            HostStatus status = host.status();
            String said = "seed " + seed + " " + status;
            assertEquals(0, damaged.get(), said);
            assertTrue(read.get() > 0, said);
            assertEquals(0, status.l1().locked(), said);
            assertEquals(0, status.l1().readLocks(), said);
            assertEquals(0, status.l1().reserved(), said);
            assertTrue(status.l1().objects() <= 250, said);
            assertEquals(0, a.status().locksHeld() + b.status().locksHeld(), said);
            assertEquals(status.stores().tasksSubmitted(), status.stores().tasksCompleted(), said);
            assertEquals(status.prefetches().tasksSubmitted(), status.prefetches().tasksCompleted(), said);
            assertTrue(status.stores().tasksFailed() > 0 && status.prefetches().tasksFailed() > 0, said);
        }
        pool.shutdown();
        for (String name : List.of("a", "b")) {
            TaskState journal = journals.store(name).fold();
            assertEquals(journal.counters().submitted(), journal.counters().delivered(), "seed " + seed);
            assertEquals(0, journal.locksHeld(), "seed " + seed);
        }
    }

    private void request(CacheHost host, Random random, String id) {
        List<ObjectKey> keys = range(random.nextInt(KEYS), 1 + random.nextInt(12));
        try {
            switch (random.nextInt(5)) {
                case 0, 1 -> get(put(host, id, keys, BYTES).finish());
                case 2 -> host.read(id, keys).ifPresent(got -> check(got, keys));
                default -> check(get(host.startPrefetch(
                        id, keys, BYTES, Duration.ofMillis(1 + random.nextInt(200)), trim(random)).ready()), keys);
            }
        } catch (L1FullException e) {
            full.incrementAndGet();
        }
        if (random.nextInt(40) == 0) {
            host.clear();
        }
    }

    private static Trim trim(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Trim.PREFIX;
            case 1 -> Trim.SPARSE;
            default -> Trim.segments(1 + random.nextInt(4));
        };
    }

    private void check(Prefetched got, List<ObjectKey> keys) {
        try (got) {
            got.found().indices().forEach(i -> {
                read.incrementAndGet();
                if (!matches(got.view(i), keys.get(i))) {
                    damaged.incrementAndGet();
                }
            });
        }
    }
}
