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

    /** Nothing that is longer than a byte passes this link while a test lasts. */
    private static final Map<String, ?> ENDLESS =
            Map.of("mock_bandwidth_gb", 1e-9, "store_timeout_ms", 3_600_000, "workers", 1, "close_grace_ms", 1);

    private static MockAdapter mock(Map<String, ?> configuration) {
        return new MockAdapterFactory().create("mock", configuration, new MemoryJournals());
    }

    private static double storeAndLoadMillis(double gibPerSecond) {
        try (MockAdapter adapter = mock(Map.of("mock_bandwidth_gb", gibPerSecond)); Caller caller = new Caller(adapter)) {
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
        // How long the high one takes is the machine's matter: it is done, and the low one is not.
        try (MockAdapter endless = mock(ENDLESS)) {
            endless.submitStoreTask(Chunks.keys("k", 1), Chunks.empty(1, CHUNK));
            storeAndLoadMillis(1000);
            assertEquals(1, endless.status().inFlight().get(TaskKind.STORE).tasks());
        }
    }

    private static List<Long> submitFour(MockAdapter adapter) {
        List<Long> ids = new ArrayList<>();
        for (ObjectKey key : Chunks.keys("k", 4)) {
            ids.add(adapter.submitStoreTask(List.of(key), Chunks.empty(1, CHUNK)));
        }
        return ids;
    }

    @Test
    @DisplayName("case 31: slow tasks hold no worker: a lookup passes them")
    void slowTasksHoldNoWorker() {
        try (MockAdapter adapter = mock(ENDLESS); Caller caller = new Caller(adapter)) {
            submitFour(adapter);
            assertTrue(caller.lookup(List.of()).success());
            assertEquals(4, adapter.status().inFlight().get(TaskKind.STORE).tasks());
        }
    }

    @Test
    @DisplayName("case 31: slow tasks share the link one after the other")
    void slowTasksShareTheLink() {
        try (MockAdapter adapter = mock(Map.of("mock_bandwidth_gb", 20.0 / 1024, "workers", 1));
                Caller caller = new Caller(adapter)) {
            long start = System.nanoTime();
            submitFour(adapter).forEach(id -> assertTrue(caller.await(TaskKind.STORE, id).success()));
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
