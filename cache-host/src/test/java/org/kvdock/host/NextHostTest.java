package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.matches;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;
import static org.kvdock.host.support.Requests.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.core.Host;
import org.kvdock.host.core.MemoryTier;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/** A host that goes, and another one that comes over the same L1 and the same adapters. */
class NextHostTest {
    private static final int BYTES = 1 << 10;

    @Test
    @DisplayName("R7: what an adapter still reads when its host closes is not written over by the next host of the same memory")
    void stillBeingRead() throws InterruptedException {
        List<ObjectKey> first = keys(1);
        try (MemoryTier memory = new MemoryTier(HostSettings.of(Map.of("l1_max_objects", 1)));
                SteeredAdapter adapter = SteeredAdapter.open("slow")) {
            adapter.hold(TaskKind.STORE);
            CompletionStage<RequestStored> stored;
            try (Host host = new Host(memory)) {
                host.dock(adapter);
                stored = store(host, "first", first, BYTES);
                adapter.awaitHeld(TaskKind.STORE, 1);
            }
            assertFalse(get(stored).error().isEmpty());
            try (Host next = new Host(memory)) {
                assertThrows(L1FullException.class, () -> put(next, "second", keys(2), BYTES));
                adapter.release(TaskKind.STORE);
            }
            try (CacheHost other = CacheHost.open(HostSettings.DEFAULT)) {
                other.dock(adapter);
                try (Prefetched got = prefetch(other, "third", first, BYTES)) {
                    assertEquals(1, got.prefix());
                    assertTrue(matches(got, first));
                }
            }
        }
    }
}
