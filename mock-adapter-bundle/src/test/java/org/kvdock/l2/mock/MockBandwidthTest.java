package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class MockBandwidthTest {
    private static final int CHUNK = 1 << 20;

    private static double storeAndLoadMillis(double gibPerSecond) {
        try (MockAdapter adapter = new MockAdapterFactory()
                        .create("mock", Map.of("mock_bandwidth_gb", gibPerSecond), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            List<ObjectKey> keys = Chunks.keys("k", 1);
            var chunks = Chunks.buffers(keys, CHUNK);
            var into = Chunks.empty(1, CHUNK);
            long start = System.nanoTime();
            assertTrue(caller.store(keys, chunks).success());
            assertEquals("1", caller.load(keys, into).bitmap().toString());
            return (System.nanoTime() - start) / 1e6;
        }
    }

    @Test
    @DisplayName("case 31: low bandwidth visibly delays completion, high bandwidth does not")
    void bandwidth() {
        // 1 MiB each way at 10 MiB/s is 200 ms; a store waits at the most as long as the link says, so this is a floor.
        double slow = storeAndLoadMillis(10.0 / 1024);
        assertTrue(slow >= 200, slow + " ms");
        double fast = storeAndLoadMillis(1000);
        assertTrue(fast < slow / 2, fast + " ms at a high bandwidth, " + slow + " ms at a low one");
    }

    @Test
    @DisplayName("case 31: slow tasks hold no worker: a lookup passes them, and they share the link one after the other")
    void slowTasksHoldNoWorker() {
        try (MockAdapter adapter = new MockAdapterFactory()
                        .create("mock", Map.of("mock_bandwidth_gb", 20.0 / 1024, "workers", 1), new MemoryJournals());
                Caller caller = new Caller(adapter)) {
            long start = System.nanoTime();
            List<Long> ids = new ArrayList<>();
            for (ObjectKey key : Chunks.keys("k", 4)) {
                ids.add(adapter.submitStoreTask(List.of(key), List.of(Chunks.buffer(key, CHUNK))));
            }
            caller.lookup(List.of());
            assertEquals(4, adapter.status().inFlight().get(TaskKind.STORE).tasks());
            ids.forEach(id -> assertTrue(caller.await(TaskKind.STORE, id).success()));
            assertTrue(System.nanoTime() - start >= 200_000_000L);
        }
    }

    @Test
    @DisplayName("the link says when bytes have passed, one task behind the other")
    void link() {
        MockLink link = new MockLink(1000);
        assertEquals(1_000_000_000L, link.occupy(1000, 5));
        assertEquals(1_500_000_000L, link.occupy(500, 5));
        assertEquals(1_000_000L, link.occupy(1, 3_000_000_000L));
        assertEquals(0, new MockLink(0).occupy(1 << 30, 5));
    }
}
