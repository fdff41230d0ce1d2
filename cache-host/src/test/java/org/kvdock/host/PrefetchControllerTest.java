package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.matches;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

class PrefetchControllerTest {
    private static final int BYTES = 1000;

    /** For requests that are to reach it: what must come in time does so on a busy machine too. */
    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private CacheHost host = CacheHost.open(HostSettings.DEFAULT);
    private final SteeredAdapter a = SteeredAdapter.open("a");
    private final SteeredAdapter b = SteeredAdapter.open("b");

    @AfterEach
    void close() {
        a.close();
        b.close();
        host.close();
    }

    private void restart(Map<String, ?> settings) {
        host.close();
        host = CacheHost.open(HostSettings.of(settings));
    }

    /** Nothing in flight, no lock in L1 and none at the adapters. */
    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(PATIENCE));
        HostStatus.L1 l1 = host.status().l1();
        assertAll(
                () -> assertEquals(0, l1.locked()),
                () -> assertEquals(0, l1.readLocks()),
                () -> assertEquals(0, l1.reserved()),
                () -> assertEquals(0, a.locks()),
                () -> assertEquals(0, b.locks()));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen");
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("case 70: a full hit is loaded, exact and read-locked until it is closed")
    void fullHit() {
        host.dock(a.with(range(0, 5), BYTES));
        Prefetched got = prefetch(host, "r", range(0, 5), BYTES);
        assertEquals(5, got.prefix());
        assertEquals("r", got.requestId());
        assertTrue(matches(got, range(0, 5)));
        assertTrue(got.view(0).isReadOnly());
        assertEquals(BYTES, got.view(4).remaining());
        assertEquals(5, host.status().l1().locked());
        assertEquals(0, a.locks());
        assertThrows(IndexOutOfBoundsException.class, () -> got.view(5));
        got.close();
        assertThrows(IllegalStateException.class, () -> got.view(0));
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 75: a result is given back once: closed twice it takes no lock of another reader, and a closed one reads nothing")
    void closedTwice() {
        host.dock(a.with(range(0, 3), BYTES));
        Prefetched first = prefetch(host, "r", range(0, 3), BYTES);
        try (Prefetched other = prefetch(host, "r", range(0, 3), BYTES)) {
            assertEquals(6, host.status().l1().readLocks());
            first.close();
            first.close();
            assertEquals(3, host.status().l1().readLocks());
            assertEquals("111", first.found().toString(), "what it had can still be told");
            for (int read = 0; read < 2; read++) {
                assertThrows(IllegalStateException.class, () -> first.view(0));
                assertTrue(matches(other, range(0, 3)));
            }
        }
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 71: behind a gap nothing is loaded, and nothing else enters L1")
    void gap() {
        host.dock(a.with(keys(0, 1, 3, 4), BYTES));
        try (Prefetched got = prefetch(host, "r", range(0, 5), BYTES)) {
            assertEquals(2, got.prefix());
            assertTrue(matches(got, range(0, 2)));
        }
        assertEquals(keys(0, 1), a.loads);
        assertEquals(2, host.status().l1().objects());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 72: without the first chunk there is no hit")
    void firstMissing() {
        host.dock(a.with(keys(1, 2), BYTES));
        assertEquals(0, prefetch(host, "r", range(0, 3), BYTES).prefix());
        assertEquals(List.of(), a.loads);
        assertEquals(0, host.status().l1().objects());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 73: adapters combine; where they overlap the one that was docked first is chosen")
    void twoAdapters() {
        host.dock(a.with(keys(0, 2, 3), BYTES));
        host.dock(b.with(keys(1, 2, 4), BYTES));
        try (Prefetched got = prefetch(host, "r", range(0, 5), BYTES)) {
            assertEquals(5, got.prefix());
            assertTrue(matches(got, range(0, 5)));
        }
        assertEquals(keys(0, 2, 3), a.loads);
        assertEquals(keys(1, 4), b.loads);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 74: no adapter or no key: 0 at once")
    void nothing() {
        assertEquals(0, prefetch(host, "r", range(0, 5), BYTES).prefix());
        host.dock(a);
        assertEquals(0, prefetch(host, "r", List.of(), BYTES).prefix());
        assertEquals(0, prefetch(host, "r", range(0, 5), BYTES).prefix());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 76, 79, 81: a load that fails in the middle shortens the prefix and leaks nothing")
    void loadFails() {
        host.dock(a.with(range(0, 5), BYTES));
        a.fail(key(2));
        try (Prefetched got = prefetch(host, "r", range(0, 5), BYTES)) {
            assertEquals(2, got.prefix());
            assertTrue(matches(got, range(0, 2)));
            assertEquals(2, host.status().l1().locked());
        }
        assertEquals(1, host.status().prefetches().chunksFailed());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 81: a chunk that one adapter fails to load comes from the next one that has it")
    void nextAdapter() {
        host.dock(a.with(range(0, 4), BYTES));
        host.dock(b.with(range(1, 2), BYTES));
        a.fail(key(1));
        a.fail(key(3));
        try (Prefetched got = prefetch(host, "r", range(0, 4), BYTES)) {
            assertEquals(3, got.prefix());
            assertTrue(matches(got, range(0, 3)));
        }
        assertEquals(range(0, 4), a.loads);
        assertEquals(keys(1), b.loads);
        assertEquals(2, host.status().prefetches().chunksFailed());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 81: an adapter that answers lookups for others and loads nothing does not hide one that has the chunk")
    void loadsNothing() {
        host.dock(a.with(range(0, 3), BYTES));
        host.dock(b.with(range(0, 3), BYTES));
        range(0, 3).forEach(a::fail);
        try (Prefetched got = prefetch(host, "r", range(0, 3), BYTES)) {
            assertEquals(3, got.prefix());
        }
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 81, 96: an adapter that leaves is no longer a next one, and gets its locks back")
    void nextAdapterLeaves() throws InterruptedException {
        host.dock(a.with(range(0, 2), BYTES));
        host.dock(b.with(range(0, 2), BYTES));
        a.fail(key(0));
        a.hold(TaskKind.LOAD);
        CompletionStage<Prefetched> stage = host.prefetch("r", range(0, 2), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOAD, 1);
        assertEquals(2, b.locks());
        host.undock(b);
        assertEquals(0, b.locks());
        a.release(TaskKind.LOAD);
        assertEquals(0, get(stage).prefix());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 82: an adapter that never answers is not waited for when the others have everything")
    void coveredWithoutIt() {
        host.dock(a.with(range(0, 3), BYTES));
        host.dock(b);
        b.hold(TaskKind.LOOKUP);
        long start = System.nanoTime();
        try (Prefetched got = get(host.prefetch("r", range(0, 3), BYTES, Duration.ofMinutes(10)))) {
            assertEquals(3, got.prefix());
        }
        assertTrue(System.nanoTime() - start < PATIENCE.toNanos());
        b.release(TaskKind.LOOKUP);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 77: more requests than may be in flight all finish")
    void bound() {
        restart(Map.of("max_prefetches_in_flight", 2));
        host.dock(a.with(range(0, 100), BYTES));
        List<CompletionStage<Prefetched>> stages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stages.add(host.prefetch("r" + i, range(i % 60, 40), BYTES, PATIENCE));
        }
        for (CompletionStage<Prefetched> stage : stages) {
            get(stage).close();
        }
        assertEquals(99, a.loads.size());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 75, 78: a chunk stays locked until the last of its readers has closed; closing twice gives nothing back twice")
    void readers() {
        host.dock(a.with(range(0, 2), BYTES));
        Prefetched first = prefetch(host, "r0", range(0, 2), BYTES);
        Prefetched second = prefetch(host, "r1", range(0, 1), BYTES);
        assertEquals(3, host.status().l1().readLocks());
        first.close();
        first.close();
        assertEquals(1, host.status().l1().readLocks());
        assertTrue(matches(second, range(0, 1)));
        second.close();
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 79, 93: L1 and L2 together; what L1 holds beyond the prefix is not locked")
    void mixed() {
        put(host, "w", keys(0, 2, 5), BYTES).abort();
        host.dock(a.with(keys(1, 3), BYTES));
        try (Prefetched got = prefetch(host, "r", range(0, 6), BYTES)) {
            assertEquals(4, got.prefix());
            assertTrue(matches(got, range(0, 4)));
            assertEquals(4, host.status().l1().locked());
        }
        assertEquals(keys(1, 3), a.loads);
        assertEquals(2, host.status().prefetches().chunksFromL1());
        assertEquals(2, host.status().prefetches().chunksLoaded());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 80: what is expected is known before the load ends; what came of it may be less")
    void expected() throws InterruptedException {
        put(host, "w", keys(0), BYTES).abort();
        host.dock(a.with(keys(1, 2, 4), BYTES));
        a.hold(TaskKind.LOAD);
        a.fail(key(2));
        PrefetchTicket ticket = host.startPrefetch("r", range(0, 5), BYTES, PATIENCE, Trim.PREFIX);
        assertEquals("11100", get(ticket.expected()).toString());
        assertFalse(ticket.ready().toCompletableFuture().isDone());
        // All that another request wants is on its way already.
        PrefetchTicket joined = host.startPrefetch("j", keys(1, 2), BYTES, PATIENCE, Trim.PREFIX);
        assertEquals("11", get(joined.expected()).toString());
        assertFalse(joined.ready().toCompletableFuture().isDone());
        a.release(TaskKind.LOAD);
        try (Prefetched got = get(ticket.ready())) {
            assertEquals(2, got.prefix());
        }
        try (Prefetched got = get(joined.ready())) {
            assertEquals(1, got.prefix());
        }
        PrefetchTicket nothing = host.startPrefetch("s", keys(9), BYTES, PATIENCE, Trim.PREFIX);
        assertEquals("0", get(nothing.expected()).toString());
        get(nothing.ready()).close();
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 82: an adapter that never answers a lookup costs its own chunks only, and its late answer is unlocked")
    void lookupNeverAnswers() throws InterruptedException {
        host.dock(a.with(range(0, 3), BYTES));
        host.dock(b.with(range(3, 2), BYTES));
        b.hold(TaskKind.LOOKUP);
        try (Prefetched got = get(host.prefetch("r", range(0, 5), BYTES, DEADLINE))) {
            assertEquals(3, got.prefix());
            assertTrue(matches(got, range(0, 3)));
        }
        assertFalse(host.awaitIdle(Duration.ofMillis(1)), "the late lookup is still in flight");
        b.release(TaskKind.LOOKUP);
        assertNothingHeld();
        assertEquals(List.of(), b.loads);
    }

    @Test
    @DisplayName("case 82: a load past the deadline leaves what came in time; its memory stays reserved until it ends")
    void loadNeverEnds() throws InterruptedException {
        host.dock(a.with(keys(0, 1, 4), BYTES));
        host.dock(b.with(keys(2, 3), BYTES));
        b.hold(TaskKind.LOAD);
        try (Prefetched got = get(host.prefetch("r", range(0, 5), BYTES, DEADLINE))) {
            assertEquals(2, got.prefix());
        }
        assertEquals(1, host.status().prefetches().deadlines());
        assertEquals(2, host.status().l1().reserved());
        assertEquals(2, b.locks());
        b.awaitHeld(TaskKind.LOAD, 1);
        b.release(TaskKind.LOAD);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 82: a request that waits its turn past its deadline completes with what L1 has")
    void deadlineInQueue() throws InterruptedException {
        restart(Map.of("max_prefetches_in_flight", 1));
        put(host, "w", range(10, 2), BYTES).abort();
        host.dock(a.with(range(0, 3), BYTES));
        a.hold(TaskKind.LOOKUP);
        CompletionStage<Prefetched> first = host.prefetch("r0", range(0, 3), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOOKUP, 1);
        try (Prefetched second = get(host.prefetch("r1", range(10, 3), BYTES, Duration.ofMillis(50)))) {
            assertEquals(2, second.prefix());
        }
        a.release(TaskKind.LOOKUP);
        get(first).close();
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 83: two requests for the same chunks at once both hit, and each chunk is loaded once")
    void sameChunks() throws InterruptedException {
        host.dock(a.with(range(0, 6), BYTES));
        a.hold(TaskKind.LOAD);
        CompletionStage<Prefetched> first = host.prefetch("r0", range(0, 4), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOAD, 1);
        CompletionStage<Prefetched> second = host.prefetch("r1", range(0, 6), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOAD, 1);
        a.release(TaskKind.LOAD);
        try (Prefetched one = get(first); Prefetched two = get(second)) {
            assertEquals(4, one.prefix());
            assertEquals(6, two.prefix());
            assertTrue(matches(two, range(0, 6)));
            assertEquals(10, host.status().l1().readLocks());
        }
        assertEquals(range(0, 6), a.loads);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 83: a key that a request names twice is loaded once and locked twice")
    void sameKeyTwice() {
        host.dock(a.with(range(0, 3), BYTES));
        List<ObjectKey> keys = keys(0, 1, 0, 2);
        try (Prefetched got = prefetch(host, "r", keys, BYTES)) {
            assertEquals(4, got.prefix());
            assertTrue(matches(got, keys));
            assertEquals(4, host.status().l1().readLocks());
        }
        assertEquals(3, a.loads.size());
        assertNothingHeld();
    }

    @Test
    @DisplayName("the prefix ends where L1 is full of locked chunks")
    void l1Full() {
        restart(Map.of("l1_max_objects", 4));
        host.dock(a.with(range(0, 10), BYTES));
        try (Prefetched got = prefetch(host, "r", range(0, 6), BYTES)) {
            assertEquals(4, got.prefix());
        }
        try (Prefetched got = prefetch(host, "s", range(6, 4), BYTES)) {
            assertEquals(4, got.prefix());
            assertTrue(matches(got, range(6, 4)));
        }
        assertEquals(4, host.status().l1().evictions());
        assertNothingHeld();
    }

    @Test
    @DisplayName("bounds of the adapter: lookups and loads larger than it takes go in parts, back-pressure is waited out")
    void adapterBounds() {
        try (SteeredAdapter narrow = SteeredAdapter.open("narrow",
                Map.of("max_tasks_in_flight", 1, "max_keys_per_task", 3, "max_bytes_in_flight", 2 * BYTES))) {
            host.dock(narrow.with(range(0, 20), BYTES));
            List<CompletionStage<Prefetched>> stages = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                stages.add(host.prefetch("r" + i, range(i, 15), BYTES, PATIENCE));
            }
            for (int i = 0; i < 5; i++) {
                try (Prefetched got = get(stages.get(i))) {
                    assertEquals(15, got.prefix());
                    assertTrue(matches(got, range(i, 15)));
                }
            }
            assertTrue(host.status().prefetches().backPressure() > 0);
            assertEquals(0, narrow.locks());
        }
        assertNothingHeld();
    }

    @Test
    @DisplayName("a cancelled stage leaves no lock")
    void cancelled() throws InterruptedException {
        host.dock(a.with(range(0, 3), BYTES));
        a.hold(TaskKind.LOOKUP);
        CompletionStage<Prefetched> stage = host.prefetch("r", range(0, 3), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOOKUP, 1);
        stage.toCompletableFuture().cancel(true);
        a.release(TaskKind.LOOKUP);
        assertNothingHeld();
    }

    @Test
    @DisplayName("pins keep chunks in L1 until the request that they are for is closed")
    void pins() {
        restart(Map.of("l1_max_objects", 3));
        put(host, "w", range(0, 3), BYTES).abort();
        List<String> ended = new ArrayList<>();
        host.holdings().onUnpin(ended::add);
        assertEquals("110", host.holdings().pin("r", keys(0, 1, 7)).toString());
        put(host, "w", range(10, 1), BYTES).abort();
        assertThrows(L1FullException.class, () -> put(host, "w", range(20, 2), BYTES));
        host.dock(a.with(keys(7), BYTES));
        try (Prefetched got = prefetch(host, "r", keys(0, 1), BYTES)) {
            assertEquals(2, got.prefix());
            assertEquals(2, host.status().l1().pins());
        }
        assertEquals(List.of("r"), ended);
        assertEquals(0, host.status().l1().pins());
    }

    @Test
    @DisplayName("an unbounded host says so")
    void defaults() {
        assertEquals(OptionalLong.empty(), HostSettings.DEFAULT.l1().maxObjects());
        assertEquals(-1, host.status().l1().maxBytes());
        await(() -> host.status().prefetchesInFlight() == 0);
    }
}
