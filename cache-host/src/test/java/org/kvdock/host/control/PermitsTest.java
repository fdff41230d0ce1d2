package org.kvdock.host.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BackPressureException;

class PermitsTest {
    private static final int BOUND = 5;
    private static final int THREADS = 8;

    private final Permits permits = new Permits("some_bound", BOUND);

    @Test
    @DisplayName("R14: the bound is kept whoever comes at the same time, and nobody is refused below it")
    void exact() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier together = new CyclicBarrier(THREADS);
        AtomicInteger taken = new AtomicInteger();
        List<Future<Integer>> most = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            most.add(pool.submit(() -> {
                int seen = 0;
                for (int round = 0; round < 500; round++) {
                    together.await(20, TimeUnit.SECONDS);
                    boolean mine = tryTake();
                    seen = Math.max(seen, mine ? taken.incrementAndGet() : 0);
                    together.await(20, TimeUnit.SECONDS);
                    assertEquals(BOUND, taken.get(), "of " + THREADS + " that came together");
                    together.await(20, TimeUnit.SECONDS);
                    if (mine) {
                        taken.decrementAndGet();
                        permits.give();
                    }
                }
                return seen;
            }));
        }
        for (Future<Integer> seen : most) {
            assertTrue(seen.get(60, TimeUnit.SECONDS) <= BOUND);
        }
        pool.shutdown();
    }

    private boolean tryTake() {
        try {
            permits.take();
            return true;
        } catch (BackPressureException e) {
            assertEquals("some_bound", e.bound());
            return false;
        }
    }

    @Test
    @DisplayName("R14: who is refused has taken nothing, and is told the bound")
    void refused() {
        for (int i = 0; i < BOUND; i++) {
            permits.take();
        }
        for (int i = 0; i < 3; i++) {
            String said = assertThrows(BackPressureException.class, permits::take).getMessage();
            assertEquals("some_bound: 6 would be in flight, at most 5 may be", said);
        }
        permits.give();
        permits.take();
    }
}
