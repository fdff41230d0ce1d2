package org.kvdock.host.l1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.matches;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.L1FullException;
import org.kvdock.host.support.Chunks;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ObjectKey;

class L1Test {
    private static final long NONE = Long.MAX_VALUE;

    private static L1 unbounded() {
        return new L1(L1Limits.of(NONE, NONE, 1 << 16));
    }

    private static L1 ofObjects(long most) {
        return new L1(L1Limits.of(most, NONE, 1 << 16));
    }

    private static L1 ofBytes(long most) {
        return new L1(L1Limits.of(NONE, most, 1 << 12));
    }

    private static void write(L1 l1, long id, int length) {
        L1Entry entry = l1.reserve(key(id), length, false);
        Chunks.fill(entry.view(), key(id));
        l1.finish(entry, 0);
    }

    @Test
    @DisplayName("case 84: a read finds nothing that is missing or being written, and the chunk once it is finished")
    void visibility() {
        L1 l1 = unbounded();
        assertTrue(l1.lock(key(1), false).isEmpty());
        L1Entry reservation = l1.reserve(key(1), 100, false);
        assertTrue(l1.lock(key(1), false).isEmpty());
        assertFalse(l1.contains(key(1)));
        Chunks.fill(reservation.view(), key(1));
        l1.finish(reservation, 0);
        L1Entry read = l1.lock(key(1), false).orElseThrow();
        assertTrue(matches(read.view(), key(1)));
        assertEquals(100, read.length());
    }

    @Test
    @DisplayName("case 85: nested read locks count, and more unlocks than locks are an error")
    void nestedLocks() {
        L1 l1 = ofObjects(1);
        write(l1, 1, 10);
        L1Entry entry = l1.lock(key(1), false).orElseThrow();
        l1.lock(key(1), false);
        l1.unlock(List.of(entry));
        assertThrows(L1FullException.class, () -> l1.reserve(key(2), 10, false));
        l1.unlock(List.of(entry));
        assertEquals(0, l1.status().locked());
        l1.abort(l1.reserve(key(2), 10, false));
        assertThrows(IllegalStateException.class, () -> l1.unlock(List.of(entry)));
    }

    @Test
    @DisplayName("case 86: two writers of one key: the first to finish wins, the other's memory is freed")
    void twoWriters() {
        L1 l1 = ofBytes(1 << 12);
        L1Entry first = l1.reserve(key(1), 2048, false);
        L1Entry second = l1.reserve(key(1), 2048, false);
        assertEquals(2, l1.status().reserved());
        Chunks.fill(second.view(), key(1));
        assertSame(second, l1.finish(second, 1));
        assertSame(second, l1.finish(first, 1));
        assertEquals(2, l1.status().readLocks());
        assertEquals(1, l1.status().objects());
        assertEquals(2048, l1.status().bytes());
        assertTrue(matches(second.view(), key(1)));
        l1.abort(l1.reserve(key(2), 2048, false));
    }

    @Test
    @DisplayName("case 86: what is present can be reserved once more: readers keep what there was, which also wins, and the room comes back")
    void present() {
        L1 l1 = ofBytes(1 << 12);
        write(l1, 1, 2048);
        L1Entry there = l1.lock(key(1), false).orElseThrow();
        L1Entry again = l1.reserve(key(1), 2048, false);
        again.view().put(0, (byte) ~there.view().get(0));
        assertSame(there, l1.lock(key(1), false).orElseThrow(), "while it is being written once more");
        assertSame(there, l1.finish(again, 0));
        assertTrue(matches(there.view(), key(1)));
        assertEquals(1, l1.status().objects());
        assertEquals(0, l1.status().reserved());
        assertEquals(2048, l1.status().bytes());
        l1.abort(l1.reserve(key(2), 2048, false));
        assertThrows(IllegalStateException.class, () -> l1.finish(again, 0), "finished twice");
    }

    @Test
    @DisplayName("case 88: an aborted write is never readable, and its memory is free again")
    void abort() {
        L1 l1 = ofBytes(1 << 12);
        L1Entry reservation = l1.reserve(key(1), 4096, false);
        l1.abort(reservation);
        assertFalse(l1.contains(key(1)));
        assertThrows(IllegalStateException.class, () -> l1.finish(reservation, 0));
        assertThrows(IllegalStateException.class, () -> l1.abort(reservation));
        write(l1, 2, 4096);
        assertTrue(l1.contains(key(2)));
    }

    @Test
    @DisplayName("case 89: from write to read is one step: no eviction comes between")
    void atomicTransition() throws Exception {
        L1 l1 = ofObjects(4);
        AtomicInteger lost = new AtomicInteger();
        inThreads(4, thread -> {
            for (int i = 0; i < 5000; i++) {
                long id = thread * 1_000_000L + i;
                L1Entry reservation;
                try {
                    reservation = l1.reserve(key(id), 8, false);
                } catch (L1FullException e) {
                    continue;
                }
                Chunks.fill(reservation.view(), key(id));
                L1Entry entry = l1.finish(reservation, 1);
                if (!l1.contains(key(id)) || !matches(entry.view(), key(id))) {
                    lost.incrementAndGet();
                }
                l1.unlock(List.of(entry));
            }
        });
        assertEquals(0, lost.get());
        assertEquals(0, l1.status().readLocks());
        assertTrue(l1.status().objects() <= 4);
    }

    @Test
    @DisplayName("case 90: delete refuses what is locked, pinned or being written")
    void delete() {
        L1 l1 = unbounded();
        L1Entry reservation = l1.reserve(key(1), 8, false);
        assertFalse(l1.delete(key(1)));
        L1Entry entry = l1.finish(reservation, 1);
        assertFalse(l1.delete(key(1)));
        l1.unlock(List.of(entry));
        l1.pin(key(1));
        assertFalse(l1.delete(key(1)));
        l1.unpin(List.of(entry));
        assertTrue(l1.delete(key(1)));
        assertFalse(l1.contains(key(1)));
        assertFalse(l1.delete(key(1)));
    }

    @Test
    @DisplayName("case 92: eviction takes the least recently used, one for one, and never a locked one")
    void eviction() {
        L1 l1 = ofObjects(3);
        write(l1, 1, 8);
        write(l1, 2, 8);
        write(l1, 3, 8);
        L1Entry locked = l1.lock(key(2), false).orElseThrow();
        l1.lock(key(1), true).ifPresent(entry -> l1.unlock(List.of(entry)));
        write(l1, 4, 8);
        assertTrue(l1.contains(key(1)) && l1.contains(key(2)) && !l1.contains(key(3)));
        write(l1, 5, 8);
        assertTrue(!l1.contains(key(1)) && l1.contains(key(2)));
        assertEquals(2, l1.status().evictions());
        assertTrue(matches(locked.view(), key(2)));
    }

    @Test
    @DisplayName("a read that does not count as use leaves the order as it was")
    void readsDoNotTouch() {
        L1 l1 = ofObjects(2);
        write(l1, 1, 8);
        write(l1, 2, 8);
        l1.unlock(List.of(l1.lock(key(1), false).orElseThrow()));
        write(l1, 3, 8);
        assertFalse(l1.contains(key(1)));
    }

    @Test
    @DisplayName("case 87: where memory is missing as many leave as it takes, and the bound on memory holds")
    void byteBound() {
        L1 l1 = ofBytes(1 << 14);
        for (int i = 0; i < 16; i++) {
            write(l1, i, 1024);
        }
        assertEquals(0, l1.status().evictions());
        write(l1, 100, 3000);
        assertEquals(3, l1.status().evictions());
        assertEquals(1 << 14, l1.status().memoryBytes());
        assertThrows(L1FullException.class, () -> l1.reserve(key(101), (1 << 14) + 1, false));
    }

    @Test
    @DisplayName("a chunk larger than a slab finds room when the small ones have left")
    void largeAfterSmall() {
        L1 l1 = ofBytes(1 << 14);
        for (int i = 0; i < 32; i++) {
            write(l1, i, 512);
        }
        write(l1, 100, 1 << 14);
        assertTrue(l1.contains(key(100)));
        assertEquals(1, l1.status().objects());
        assertEquals(1 << 14, l1.status().memoryBytes());
        write(l1, 101, 512);
        assertFalse(l1.contains(key(100)));
    }

    @Test
    @DisplayName("chunks of 0 bytes and of 1 byte have their place")
    void tiny() {
        L1 l1 = ofBytes(64);
        write(l1, 0, 0);
        write(l1, 1, 1);
        assertEquals(0, l1.lock(key(0), false).orElseThrow().buffer().length());
        assertEquals(1, l1.lock(key(1), false).orElseThrow().buffer().length());
        assertThrows(L1FullException.class, () -> l1.reserve(key(2), 1, false));
    }

    @Test
    @DisplayName("after close nothing is found or reserved, and locks can still be given back")
    void close() {
        L1 l1 = unbounded();
        write(l1, 1, 100);
        L1Entry locked = l1.lock(key(1), false).orElseThrow();
        L1Entry reserved = l1.reserve(key(2), 100, false);
        L1Entry aborted = l1.reserve(key(3), 100, false);
        l1.close();
        assertTrue(l1.lock(key(1), false).isEmpty());
        assertThrows(ClosedException.class, () -> l1.reserve(key(4), 1, false));
        assertTrue(matches(locked.view(), key(1)));
        l1.unlock(List.of(locked));
        l1.unlock(List.of(l1.finish(reserved, 1)));
        l1.abort(aborted);
        assertEquals(0, l1.status().readLocks());
        assertEquals(0, l1.status().reserved());
        assertFalse(l1.contains(key(2)));
    }

    @Test
    @DisplayName("case 84-92: chunks of mixed sizes under many threads keep their bytes, and the books add up")
    void mixedLoad() throws Exception {
        L1 l1 = new L1(L1Limits.of(300, 1 << 20, 1 << 16));
        Map<ObjectKey, Integer> lengths = new ConcurrentHashMap<>();
        AtomicInteger damaged = new AtomicInteger();
        long seed = System.nanoTime();
        inThreads(8, thread -> {
            java.util.Random random = new java.util.Random(seed + thread);
            for (int i = 0; i < 4000; i++) {
                long id = random.nextInt(800);
                int length = lengths.computeIfAbsent(key(id), any -> ThreadLocalRandom.current().nextInt(9000));
                if (!readOrWrite(l1, id, length)) {
                    damaged.incrementAndGet();
                }
            }
        });
        assertEquals(0, damaged.get(), "seed " + seed);
        assertEquals(0, l1.status().locked());
        assertEquals(0, l1.status().reserved());
        assertTrue(l1.status().objects() <= 300);
        assertTrue(l1.status().memoryBytes() <= 1 << 20);
    }

    private static boolean readOrWrite(L1 l1, long id, int length) {
        L1Entry entry = l1.lock(key(id), true).orElse(null);
        if (entry == null) {
            L1Entry reservation = l1.reserve(key(id), length, false);
            Chunks.fill(reservation.view(), key(id));
            if (id % 7 == 0) {
                l1.abort(reservation);
                return true;
            }
            entry = l1.finish(reservation, 1);
        }
        boolean whole = entry.length() == length && matches(entry.view(), key(id));
        l1.unlock(List.of(entry));
        return whole;
    }

    @Test
    @DisplayName("a locked prefix ends at the first key that is missing")
    void lockPrefix() {
        L1 l1 = unbounded();
        write(l1, 1, 8);
        write(l1, 2, 8);
        write(l1, 4, 8);
        List<L1Entry> locked = new ArrayList<>();
        l1.lockPrefix(keys(1, 2, 3, 4), locked);
        assertEquals(2, locked.size());
        assertEquals(2, l1.status().readLocks());
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void inThreads(int threads, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                results.add(pool.submit(() -> {
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
