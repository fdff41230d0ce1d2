package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.fill;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;
import static org.kvdock.host.support.Requests.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.TaskKind;

class LeasesTest {
    private static final int BYTES = 400;

    private final SteeredAdapter a = SteeredAdapter.open("a");
    private CacheHost host;

    @AfterEach
    void close() {
        a.close();
        host.close();
    }

    /** Long enough for what a test does within its lease, also on a busy machine. */
    private static final int LEASE_MILLIS = 700;

    private void open(String lease, int objects) {
        host = CacheHost.open(HostSettings.of(Map.of(lease, LEASE_MILLIS, "l1_max_objects", objects)));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen");
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("case 91: a reader that does not close loses its locks when its lease is over, and is told so")
    void read() {
        open("read_lease_ms", 2);
        host.dock(a.with(range(0, 2), BYTES));
        Prefetched forgotten = prefetch(host, "r", range(0, 2), BYTES);
        await(() -> host.status().leasesEnded().reads() == 1);
        assertEquals(0, host.status().l1().locked());
        assertTrue(assertThrows(IllegalStateException.class, () -> forgotten.view(0)).getMessage().contains("lease"));
        put(host, "s", range(10, 2), BYTES).abort();
        assertEquals(1, host.status().leasesEnded().reads());
        forgotten.close();
        assertEquals(0, host.status().l1().readLocks());
    }

    @Test
    @DisplayName("case 91: a writer that does not finish loses its locks when its lease is over")
    void write() {
        open("write_lease_ms", 3);
        RequestWriter forgotten = put(host, "r", range(0, 2), BYTES);
        await(() -> host.status().leasesEnded().writes() == 1);
        assertEquals(0, host.status().l1().locked());
        assertThrows(IllegalStateException.class, forgotten::finish);
        assertThrows(IllegalStateException.class, () -> forgotten.put(2, chunk -> {}));
        forgotten.abort();
        assertEquals(1, host.status().leasesEnded().writes());
        assertEquals(2, host.status().l1().objects());
    }

    @Test
    @DisplayName("case 91: a lease that ends while a chunk is being filled frees its memory only after the fill")
    void fillOutlivesLease() {
        open("write_lease_ms", 3);
        RequestWriter writer = host.write("r", range(0, 1), BYTES);
        assertThrows(IllegalStateException.class, () -> writer.put(0, chunk -> {
            await(() -> host.status().leasesEnded().writes() == 1);
            assertEquals(1, host.status().l1().reserved());
            fill(chunk, key(0));
        }));
        assertEquals(0, host.status().l1().reserved());
        assertEquals(0, host.status().l1().objects());
    }

    @Test
    @DisplayName("case 91: neither a read lease nor a write lease takes memory from an adapter that still works on it")
    void adapterOutlivesLease() throws InterruptedException {
        host = CacheHost.open(HostSettings.of(Map.of("read_lease_ms", LEASE_MILLIS, "write_lease_ms", LEASE_MILLIS, "l1_max_objects", 4)));
        host.dock(a.with(range(10, 2), BYTES));
        a.hold(TaskKind.STORE);
        a.hold(TaskKind.LOAD);
        CompletionStage<RequestStored> stored = store(host, "r", range(0, 2), BYTES);
        CompletionStage<Prefetched> fetched = host.prefetch("p", range(10, 2), BYTES, java.time.Duration.ofSeconds(3));
        a.awaitHeld(TaskKind.STORE, 1);
        a.awaitHeld(TaskKind.LOAD, 1);
        assertEquals(0, get(fetched).prefix());
        RequestWriter unrelated = host.write("lease", List.of(), BYTES);
        await(() -> host.status().leasesEnded().writes() == 1);
        unrelated.abort();
        assertEquals(2, host.status().l1().locked());
        assertEquals(2, host.status().l1().reserved());
        assertThrows(L1FullException.class, () -> put(host, "s", range(20, 1), BYTES));
        a.release(TaskKind.STORE);
        a.release(TaskKind.LOAD);
        assertEquals(2, get(stored).stored().count());
        assertTrue(host.awaitIdle(PATIENCE));
        put(host, "s", range(20, 4), BYTES).abort();
    }

    @Test
    @DisplayName("case 91: pins that nobody ends end with their lease, and their listeners are told")
    void pins() {
        open("pin_lease_ms", 1);
        put(host, "w", keys(1), BYTES).abort();
        List<String> ended = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch told = new CountDownLatch(1);
        host.holdings().onUnpin(request -> {
            ended.add(request);
            told.countDown();
        });
        host.holdings().pin("r", keys(1));
        await(() -> host.status().leasesEnded().pins() == 1);
        await(() -> told.getCount() == 0);
        assertEquals(0, host.status().l1().pins());
        assertEquals(List.of("r"), ended);
        assertEquals(1, host.status().leasesEnded().pins());
        put(host, "w", keys(2), BYTES).abort();
    }

    @Test
    @DisplayName("what is closed in time leaves no lease behind")
    void inTime() {
        open("read_lease_ms", 10);
        host.dock(a.with(range(0, 2), BYTES));
        for (int i = 0; i < 50; i++) {
            prefetch(host, "r", range(0, 2), BYTES).close();
        }
        Prefetched late = prefetch(host, "late", range(0, 1), BYTES);
        await(() -> host.status().leasesEnded().reads() == 1);
        late.close();
    }
}
