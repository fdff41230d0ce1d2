package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;

class PoliciesTest {
    private static final int BYTES = 300;

    private final CacheHost host = CacheHost.open(HostSettings.DEFAULT);
    private final SteeredAdapter a = SteeredAdapter.open("a");
    private final SteeredAdapter b = SteeredAdapter.open("b");

    @BeforeEach
    void dock() {
        host.dock(a);
        host.dock(b);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
        host.close();
    }

    private static StorePolicy deletingAll() {
        return new StorePolicy() {
            @Override
            public List<DockedAdapter> targets(String request, List<ObjectKey> keys, List<DockedAdapter> docked) {
                return docked;
            }

            @Override
            public Bitmap deletions(List<ObjectKey> keys, RequestStored outcome) {
                return Bitmap.ones(keys.size());
            }
        };
    }

    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(0, host.status().l1().locked());
        assertEquals(0, a.locks());
        assertEquals(0, b.locks());
    }

    @Test
    @DisplayName("case 68: a policy may select nothing, and that is no error")
    void nothing() {
        host.setStorePolicy((request, keys, docked) -> List.of());
        RequestStored stored = get(store(host, "r", range(0, 3), BYTES));
        assertTrue(stored.stored().isEmpty());
        assertTrue(stored.error().isEmpty());
        assertEquals(0, a.stores.size() + b.stores.size());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 68: a policy may select a subset, by name, type or request")
    void subset() {
        List<String> seen = new ArrayList<>();
        host.setStorePolicy((request, keys, docked) -> {
            seen.add(request + keys.size() + docked);
            return docked.stream().filter(adapter -> adapter.name().equals(request)).toList();
        });
        get(store(host, "b", range(0, 3), BYTES));
        get(store(host, "a", range(3, 1), BYTES));
        assertEquals(1, a.stores.size());
        assertEquals(range(0, 3), b.stores.get(0));
        assertTrue(seen.get(0).startsWith("b3[DockedAdapter[id=0, name=a, type=steered]"), seen.get(0));
        host.setStorePolicy(null);
        get(store(host, "c", range(4, 1), BYTES));
        assertEquals(2, a.stores.size());
        assertEquals(2, b.stores.size());
    }

    @Test
    @DisplayName("case 68: a policy may delete from L1 what is stored, never what is not")
    void deletions() {
        host.setStorePolicy(deletingAll());
        b.fail(key(1));
        RequestStored stored = get(store(host, "r", range(0, 3), BYTES));
        assertEquals("101", stored.stored().toString());
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(1, host.status().l1().objects());
        try (Prefetched got = host.read("s", keys(1)).orElseThrow()) {
            assertEquals(1, got.prefix());
        }
    }

    @Test
    @DisplayName("case 68: what another reader holds is not deleted")
    void deletionsOfLocked() {
        get(store(host, "r0", range(0, 2), BYTES));
        host.setStorePolicy(deletingAll());
        try (Prefetched reader = host.read("reader", keys(1)).orElseThrow()) {
            get(store(host, "r1", range(0, 2), BYTES));
            assertTrue(host.awaitIdle(PATIENCE));
            assertEquals(1, host.status().l1().objects());
            assertEquals(1, reader.prefix());
        }
    }

    @Test
    @DisplayName("a policy that throws fails its request and nothing else")
    void throwingStorePolicy() {
        host.setStorePolicy((request, keys, docked) -> {
            throw new IllegalStateException("no idea");
        });
        assertTrue(get(store(host, "r", range(0, 3), BYTES)).error().orElseThrow().contains("no idea"));
        assertNothingHeld();
        host.setStorePolicy(null);
        assertEquals(3, get(store(host, "s", range(0, 3), BYTES)).stored().count());
    }

    @Test
    @DisplayName("case 73: a policy chooses among adapters that both have a chunk")
    void plan() {
        a.with(range(0, 4), BYTES);
        b.with(range(0, 4), BYTES);
        host.setPrefetchPolicy((request, keys, found) -> {
            Bitmap even = new Bitmap(keys.size());
            for (int i = 0; i < keys.size(); i += 2) {
                even.set(i);
            }
            List<DockedAdapter> adapters = List.copyOf(found.keySet());
            return Map.of(adapters.get(1), even, adapters.get(0), Bitmap.ones(keys.size()).minus(even));
        });
        prefetch(host, "r", range(0, 4), BYTES).close();
        assertEquals(keys(1, 3), a.loads);
        assertEquals(keys(0, 2), b.loads);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 73: what a plan leaves out is missing, what it makes up is not believed")
    void lyingPlan() {
        a.with(keys(0, 1, 3), BYTES);
        host.setPrefetchPolicy((request, keys, found) -> {
            Bitmap all = Bitmap.ones(keys.size());
            return Map.of(found.keySet().iterator().next(), all, new DockedAdapter(77, "nobody", "none"), all);
        });
        try (Prefetched got = prefetch(host, "r", range(0, 4), BYTES)) {
            assertEquals(2, got.prefix());
        }
        host.setPrefetchPolicy((request, keys, found) -> Map.of());
        assertEquals(0, prefetch(host, "s", keys(3), BYTES).prefix());
        assertNothingHeld();
    }

    @Test
    @DisplayName("a plan that throws costs the request its chunks from L2 and nothing else")
    void throwingPlan() {
        a.with(range(0, 2), BYTES);
        host.setPrefetchPolicy((request, keys, found) -> {
            throw new IllegalStateException("no idea");
        });
        assertEquals(0, prefetch(host, "r", range(0, 2), BYTES).prefix());
        assertNothingHeld();
        host.setPrefetchPolicy(null);
        try (Prefetched got = prefetch(host, "r", range(0, 2), BYTES)) {
            assertEquals(2, got.prefix());
        }
    }
}
