package org.kvdock.host.l1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.L1FullException;
import org.kvdock.host.control.Housekeeping;
import org.kvdock.l2.ObjectKey;

class L1LimitsTest {
    private static final long NONE = Long.MAX_VALUE;

    private static void write(L1 l1, ObjectKey key, int length) {
        l1.finish(l1.reserve(key, length, false), 0);
    }

    @Test
    @DisplayName("case 87: a batch is reserved whole or not at all, and evicts first")
    void batch() {
        L1 l1 = new L1(L1Limits.of(4, NONE, 1 << 16));
        write(l1, key(1), 10);
        write(l1, key(2), 10);
        L1Entry held = l1.lock(key(2), false).orElseThrow();
        assertThrows(L1FullException.class, () -> l1.reserveAll(range(10, 4), List.of(10, 10, 10, 10)));
        assertEquals(0, l1.status().reserved());
        assertFalse(l1.contains(key(1)), "it was evicted for the batch");
        assertEquals(3, l1.reserveAll(range(10, 3), List.of(10, 0, 5000)).size());
        assertEquals(3, l1.status().reserved());
        assertEquals(2, held.key().contentHash()[7]);
    }

    @Test
    @DisplayName("case 87: a chunk that could never fit is refused without evicting anything")
    void tooLarge() {
        L1 l1 = new L1(new L1Limits(NONE, 1 << 14, 1 << 12, 1000, Map.of(), 100, 100));
        write(l1, key(1), 900);
        assertThrows(L1FullException.class, () -> l1.reserve(key(2), 1001, false));
        L1 other = new L1(L1Limits.of(NONE, 1 << 14, 1 << 12));
        write(other, key(1), 900);
        assertThrows(L1FullException.class, () -> other.reserve(key(2), (1 << 14) + 1, false));
        assertTrue(l1.contains(key(1)) && other.contains(key(1)));
    }

    @Test
    @DisplayName("case 92: a salt at its quota evicts its own least recently used chunks and nobody else's")
    void quota() {
        L1 l1 = new L1(new L1Limits(NONE, NONE, 1 << 16, 300, Map.of("rich", 1000L, "none", 0L), 100, 100));
        write(l1, key(1, "rich"), 500);
        for (int i = 0; i < 5; i++) {
            write(l1, key(i, "poor"), 100);
        }
        assertEquals(2, l1.status().evictions());
        assertFalse(l1.contains(key(0, "poor")) || l1.contains(key(1, "poor")));
        assertTrue(l1.contains(key(2, "poor")) && l1.contains(key(1, "rich")));
        l1.unlock(List.of(l1.lock(key(2, "poor"), true).orElseThrow()));
        write(l1, key(9, "poor"), 100);
        assertTrue(l1.contains(key(2, "poor")) && !l1.contains(key(3, "poor")));
        String message = assertThrows(L1FullException.class, () -> l1.reserve(key(1, "none"), 1, false)).getMessage();
        assertTrue(message.contains("none"), message);
        write(l1, key(2, "rich"), 500);
        assertEquals(1300, l1.status().bytes());
    }

    @Test
    @DisplayName("case 92: a quota counts what is being written and never takes a locked chunk")
    void quotaOfLocked() {
        L1 l1 = new L1(new L1Limits(NONE, NONE, 1 << 16, 200, Map.of(), 100, 100));
        L1Entry locked = l1.finish(l1.reserve(key(1), 100, false), 1);
        L1Entry reserved = l1.reserve(key(2), 100, false);
        assertThrows(L1FullException.class, () -> l1.reserve(key(3), 1, false));
        l1.abort(reserved);
        l1.abort(l1.reserve(key(3), 100, false));
        l1.unlock(List.of(locked));
        write(l1, key(4), 200);
        assertFalse(l1.contains(key(1)));
    }

    @Test
    @DisplayName("case 92: past the high watermark L1 is evicted down to the low one, by last use, never a locked chunk")
    void watermark() {
        AtomicInteger told = new AtomicInteger();
        L1 l1 = new L1(new L1Limits(100, NONE, 1 << 16, NONE, Map.of(), 80, 50), told::incrementAndGet);
        write(l1, key(0), 8);
        L1Entry locked = l1.lock(key(0), false).orElseThrow();
        for (int i = 1; i < 80; i++) {
            write(l1, key(i), 8);
        }
        assertEquals(0, told.get());
        write(l1, key(80), 8);
        write(l1, key(81), 8);
        assertEquals(1, told.get(), "told once until it has been evicted");
        int rounds = 1;
        while (l1.evictToLow(7)) {
            rounds++;
        }
        assertTrue(rounds >= 5);
        assertEquals(50, l1.status().objects());
        assertTrue(l1.contains(key(0)) && l1.contains(key(81)) && !l1.contains(key(32)) && l1.contains(key(33)));
        l1.unlock(List.of(locked));
        for (int i = 100; i < 131; i++) {
            write(l1, key(i), 8);
        }
        assertEquals(2, told.get());
    }

    @Test
    @DisplayName("case 92: an exception in housekeeping does not end it: L1 still comes down to its low watermark")
    void housekeepingGoesOn() throws InterruptedException {
        try (Housekeeping housekeeping = new Housekeeping()) {
            L1[] self = new L1[1];
            L1 l1 = new L1(new L1Limits(50, NONE, 1 << 16, NONE, Map.of(), 80, 20), () -> housekeeping.evictToLow(self[0]));
            self[0] = l1;
            CountDownLatch thrown = new CountDownLatch(1);
            housekeeping.readLease(java.time.Duration.ofNanos(1), () -> {
                thrown.countDown();
                throw new IllegalStateException("on purpose: the log shows it");
            });
            assertTrue(thrown.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            for (int i = 0; i < 41; i++) {
                write(l1, key(i), 8);
            }
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (l1.status().objects() > 10) {
                assertTrue(System.nanoTime() < end, "not evicted: " + l1.status());
                Thread.onSpinWait();
            }
        }
    }
}
