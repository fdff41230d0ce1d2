package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.fill;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.matches;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;
import static org.kvdock.host.support.Requests.store;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

class StorageManagerTest {
    private static final int BYTES = 700;

    private final SteeredAdapter a = SteeredAdapter.open("a", Map.of("close_grace_ms", 50));
    private CacheHost host = CacheHost.open(HostSettings.DEFAULT);

    @AfterEach
    void close() {
        for (TaskKind kind : TaskKind.values()) {
            a.release(kind);
        }
        a.close();
        host.close();
    }

    private void restart(Map<String, ?> settings) {
        host.close();
        host = CacheHost.open(HostSettings.of(settings));
    }

    @Test
    @DisplayName("case 93: after clearing L1 everything comes back from L2")
    void clear() {
        host.dock(a);
        get(store(host, "r", range(0, 5), BYTES));
        assertEquals(5, host.clear());
        assertEquals(0, host.status().l1().objects());
        try (Prefetched got = prefetch(host, "s", range(0, 5), BYTES)) {
            assertEquals(5, got.prefix());
            assertTrue(matches(got, range(0, 5)));
            assertEquals(0, host.clear(), "what is held stays");
        }
        assertEquals(5, host.clear());
    }

    @Test
    @DisplayName("case 94: reading is all or nothing")
    void read() {
        put(host, "r", range(0, 3), BYTES).abort();
        assertTrue(host.read("s", range(0, 4)).isEmpty());
        assertEquals(0, host.status().l1().locked());
        Prefetched got = host.read("s", range(0, 3)).orElseThrow();
        assertTrue(matches(got, range(0, 3)));
        assertEquals(3, host.status().l1().locked());
        got.close();
        assertEquals(0, host.status().l1().locked());
        assertEquals(0, host.read("empty", List.of()).orElseThrow().found().length());
    }

    @Test
    @DisplayName("case 90: delete takes from the tiers that are named, and leaves what is held")
    void delete() {
        host.dock(a);
        get(store(host, "r", range(0, 3), BYTES));
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals("010", host.delete(keys(9, 1, 8), Set.of(Tier.L1)).toString());
        assertTrue(a.holds(key(1)));
        try (Prefetched reader = host.read("s", keys(2)).orElseThrow()) {
            assertEquals("11", host.delete(range(0, 3), EnumSet.allOf(Tier.class)).toString().substring(0, 2));
            assertEquals(1, reader.prefix());
            assertEquals(1, host.status().l1().objects());
        }
        assertFalse(a.holds(key(0)));
        assertTrue(host.delete(List.of(), Set.of(Tier.L1, Tier.L2)).isEmpty());
    }

    @Test
    @DisplayName("case 62: temporary chunks never reach L2, are no hits, and leave with their last reader")
    void temporary() {
        host.dock(a);
        RequestWriter writer = host.writeTemporary("t", range(0, 2), BYTES);
        assertEquals(0, writer.prefixHits());
        for (int i = 0; i < 2; i++) {
            ObjectKey key = key(i);
            assertTrue(writer.put(i, chunk -> fill(chunk, key)));
        }
        assertTrue(get(writer.finish()).stored().isEmpty());
        assertThrows(IllegalStateException.class, writer::finish);
        assertEquals(0, prefetch(host, "p", range(0, 2), BYTES).prefix());
        Prefetched first = host.read("r", range(0, 2)).orElseThrow();
        Prefetched second = host.read("s", keys(0)).orElseThrow();
        assertTrue(matches(first, range(0, 2)));
        first.close();
        assertEquals(1, host.status().l1().objects());
        assertTrue(matches(second, keys(0)));
        second.close();
        assertEquals(0, host.status().l1().objects());
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(0, a.stores.size());
    }

    @Test
    @DisplayName("case 62: a lasting chunk takes the place of a temporary one, whose readers keep theirs")
    void temporaryMakesWay() {
        host.dock(a);
        RequestWriter writer = host.writeTemporary("t", keys(1), BYTES);
        writer.put(0, chunk -> chunk.put(0, (byte) 7));
        writer.finish();
        Prefetched reader = host.read("r", keys(1)).orElseThrow();
        assertEquals(1, get(store(host, "w", keys(1), BYTES)).stored().count());
        assertEquals(7, reader.view(0).get(0));
        try (Prefetched lasting = prefetch(host, "p", keys(1), BYTES)) {
            assertTrue(matches(lasting, keys(1)));
        }
        reader.close();
        assertEquals(1, host.status().l1().objects());
        assertEquals(0, host.status().l1().locked());
    }

    @Test
    @DisplayName("the bound on stores counts requests that are being written, and holds however they end")
    void boundOnWriters() {
        restart(Map.of("max_stores_in_flight", 2, "write_lease_ms", 2_000));
        host.dock(a);
        RequestWriter first = host.write("r", keys(0), BYTES);
        RequestWriter second = host.write("s", keys(1), BYTES);
        assertThrows(BackPressureException.class, () -> host.write("t", keys(2), BYTES));
        first.abort();
        first.abort();
        RequestWriter third = host.write("t", keys(2), BYTES);
        assertThrows(BackPressureException.class, () -> host.write("u", keys(3), BYTES));
        get(second.finish());
        assertEquals(1, get(store(host, "v", keys(4), BYTES)).stored().count());
        // The one that is left loses its place with its lease.
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (host.status().leasesEnded().writes() == 0) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
        third.abort();
        host.write("w", keys(5), BYTES).abort();
        RequestWriter w = host.write("w", keys(5), BYTES);
        host.write("x", keys(6), BYTES).abort();
        w.abort();
    }

    @Test
    @DisplayName("more requests than may be in flight are refused, with the bound in the message")
    void bounds() throws InterruptedException {
        restart(Map.of("max_stores_in_flight", 1, "max_prefetches_in_flight", 1, "max_prefetches_waiting", 0));
        host.dock(a);
        a.hold(TaskKind.STORE);
        a.hold(TaskKind.LOOKUP);
        CompletionStage<RequestStored> stored = store(host, "r", keys(0), BYTES);
        BackPressureException stores = assertThrows(BackPressureException.class, () -> host.write("s", keys(1), BYTES));
        assertTrue(stores.getMessage().contains("max_stores_in_flight"), stores.getMessage());
        CompletionStage<Prefetched> first = host.prefetch("p", keys(5), BYTES, PATIENCE);
        a.awaitHeld(TaskKind.LOOKUP, 1);
        CompletionStage<Prefetched> second = host.prefetch("q", keys(6), BYTES, PATIENCE);
        BackPressureException prefetches =
                assertThrows(BackPressureException.class, () -> host.prefetch("s", keys(7), BYTES, PATIENCE));
        assertTrue(prefetches.getMessage().contains("max_prefetches_waiting"), prefetches.getMessage());
        a.release(TaskKind.STORE);
        a.release(TaskKind.LOOKUP);
        assertEquals(1, get(stored).stored().count());
        get(first).close();
        get(second).close();
        assertTrue(host.awaitIdle(PATIENCE));
        host.write("s", keys(1), BYTES).abort();
    }

    @Test
    @DisplayName("case 86: a chunk that is present behind a gap is not written again, and belongs to the request")
    void presentBehindAGap() {
        host.dock(a);
        put(host, "before", keys(1), BYTES).abort();
        RequestWriter writer = host.write("r", range(0, 3), BYTES);
        assertEquals(0, writer.prefixHits());
        assertTrue(writer.put(0, chunk -> fill(chunk, key(0))));
        assertFalse(writer.put(1, chunk -> {
            throw new AssertionError("written although it is there");
        }));
        assertTrue(writer.put(2, chunk -> fill(chunk, key(2))));
        assertEquals(3, host.status().l1().locked());
        assertEquals("111", get(writer.finish()).stored().toString());
        try (Prefetched got = host.read("s", range(0, 3)).orElseThrow()) {
            assertTrue(matches(got, range(0, 3)));
        }
    }

    @Test
    @DisplayName("bad arguments are refused and leave nothing behind")
    void badArguments() {
        assertThrows(BadArgumentException.class, () -> host.write("", keys(1), BYTES));
        assertThrows(BadArgumentException.class, () -> host.write("x".repeat(257), keys(1), BYTES));
        assertThrows(BadArgumentException.class, () -> host.write("r", keys(1), -1));
        assertThrows(BadArgumentException.class, () -> host.prefetch("r", keys(1), BYTES, Duration.ofSeconds(-1)));
        RequestWriter writer = host.write("r", keys(1, 2), BYTES);
        assertThrows(IllegalStateException.class, () -> writer.put(1, chunk -> {}));
        assertThrows(IllegalArgumentException.class, () -> writer.put(0, chunk -> {
            throw new IllegalArgumentException("the filler's own");
        }));
        assertEquals(0, host.status().l1().reserved());
        assertTrue(writer.put(0, chunk -> fill(chunk, key(1))));
        writer.abort();
        assertThrows(IllegalStateException.class, () -> writer.put(1, chunk -> {}));
        assertEquals(0, host.status().l1().locked());
    }

    @Test
    @DisplayName("settings name the key, the value and what is allowed")
    void settings() {
        for (Map<String, ?> bad : List.of(
                Map.of("l1_max_objects", -1), Map.of("l1_salt_quotas", "a=1, b"), Map.of("l1_salt_quotas", "a=-1"),
                Map.of("l1_high_watermark", 50, "l1_low_watermark", 60), Map.of("drain_ms", "soon"))) {
            String message = assertThrows(BadConfigurationException.class, () -> HostSettings.of(bad)).getMessage();
            assertTrue(bad.keySet().stream().anyMatch(message::startsWith), message);
        }
        HostSettings read = HostSettings.of(Map.of("l1_salt_quotas", "a=10, b = 20,=30"));
        assertEquals(Map.of("a", 10L, "b", 20L, "", 30L), read.l1().saltQuotasBytes());
        for (String key : List.of("l1_max_objects", "l1_max_bytes", "read_lease_ms", "max_stores_in_flight", "drain_ms")) {
            assertTrue(HostSettings.help().contains(key), key);
        }
    }
}
