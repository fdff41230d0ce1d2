package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.async.AsyncAdapter;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Many tasks of many threads over several adapters, some given up; {@code -Dkvdock.tck.scale=1} runs all of them. */
class AsyncStressTest {
    private static final double SCALE = Double.parseDouble(System.getProperty("kvdock.tck.scale", "0.05"));
    private static final int ADAPTERS = 3;
    private static final int THREADS = 4;
    private static final int EACH = (int) Math.max(200, 40_000 * SCALE);
    private static final int IN_FLIGHT = 64;
    private static final List<ObjectKey> KEYS = Chunks.keys("async-stress", 32);

    private final long seed = Long.getLong("kvdock.seed", System.nanoTime());
    private final List<AsyncAdapter> adapters = new ArrayList<>();
    private final Queue<TaskResult> told = new ConcurrentLinkedQueue<>();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger completions = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Semaphore room = new Semaphore(IN_FLIGHT);

    @Test
    @DisplayName("case 24: every stage of 4 threads and 3 adapters completes once, with its own task's result or as cancelled")
    void exactlyOnce() throws Exception {
        try (AsyncBench bench = new AsyncBench()) {
            for (int i = 0; i < ADAPTERS; i++) {
                adapters.add(bench.attached("stress-" + i, Map.of("latency_ms", 0.05 * i, "seed", seed, "failure_rate", 0.1)));
            }
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                CompletableFuture<Void> caller = new CompletableFuture<>();
                callers.add(caller);
                new Thread(() -> run(random, caller), "stress-" + i).start();
            }
            for (CompletableFuture<Void> caller : callers) {
                caller.get(5, TimeUnit.MINUTES);
            }
            assertTrue(room.tryAcquire(IN_FLIGHT, Caller.patience().toSeconds(), TimeUnit.SECONDS), "all stages complete; seed " + seed);
            for (AsyncAdapter async : adapters) {
                AsyncBench.passThrough(async);
            }
            check(bench);
        }
    }

    private void run(SplittableRandom random, CompletableFuture<Void> caller) {
        try {
            for (int i = 0; i < EACH; i++) {
                room.acquire();
                CompletableFuture<TaskResult> stage = submit(random);
                if (random.nextInt(4) == 0 && stage.cancel(false)) {
                    cancelled.incrementAndGet();
                }
            }
            caller.complete(null);
        } catch (InterruptedException | RuntimeException | Error e) {
            caller.completeExceptionally(e);
        }
    }

    private CompletableFuture<TaskResult> submit(SplittableRandom random) {
        AsyncAdapter async = adapters.get(random.nextInt(ADAPTERS));
        int from = random.nextInt(KEYS.size());
        List<ObjectKey> keys = KEYS.subList(from, Math.min(KEYS.size(), from + 4));
        CompletableFuture<TaskResult> stage = switch (random.nextInt(3)) {
            case 0 -> async.store(keys, Chunks.buffers(keys, 64));
            case 1 -> async.lookupAndLock(keys);
            default -> async.load(keys, Chunks.empty(keys.size(), 64));
        };
        submitted.incrementAndGet();
        // Two followers: a stage that completed twice would run one of them twice.
        stage.whenComplete((result, failure) -> completions.incrementAndGet());
        stage.whenComplete((result, failure) -> {
            if (result != null) {
                told.add(result);
                threads.add(Thread.currentThread().getName());
                async.unlock(result.kind() == TaskKind.LOOKUP ? result.bitmap().gather(keys) : List.of());
            }
            room.release();
        });
        return stage;
    }

    private void check(AsyncBench bench) {
        String at = "seed " + seed;
        assertEquals(THREADS * EACH, submitted.get(), at);
        assertEquals(submitted.get(), completions.get(), at);
        assertEquals(submitted.get(), told.size() + cancelled.get(), at);
        assertTrue(cancelled.get() > 0 && !told.isEmpty(), at);
        Set<String> callers = new HashSet<>(threads);
        callers.removeIf(name -> name.startsWith("stress-")); // hung onto stages that were complete already
        assertEquals(Set.of(AsyncBench.THREAD), callers, at);
        long accepted = 0;
        for (AsyncAdapter async : adapters) {
            assertEquals(0, async.adapter().status().locksHeld(), at);
            bench.assertAllFetched(async);
            TaskState state = bench.journals.store(async.adapter().name()).fold();
            accepted += state.counters().submitted();
            assertEquals(state.counters().submitted(), state.counters().completed(), at);
            assertEquals(state.counters().submitted(), state.counters().delivered(), at);
        }
        assertEquals(submitted.get() + 2L * ADAPTERS, accepted, at);
    }
}
