package org.kvdock.host.l1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class L1HoldingsTest {
    private final L1 l1 = new L1(L1Limits.of(10, Long.MAX_VALUE, 1 << 12));
    private final List<Runnable> leases = new ArrayList<>();
    private final L1Holdings holdings = new L1Holdings(l1, end -> {
        leases.add(end);
        return () -> {};
    });

    @Test
    @DisplayName("case 91: a lease that is over too late does not end later pins of the same request, and tells nobody")
    void lateLease() {
        List<String> told = new ArrayList<>();
        holdings.onUnpin(told::add);
        l1.finish(l1.reserve(key(1), 10, false), 0);
        holdings.pin("r", keys(1, 2));
        holdings.unpin("r");
        holdings.pin("r", keys(1));
        leases.get(0).run();
        assertEquals(1, l1.status().pins());
        assertEquals(List.of("r"), told);
        leases.get(1).run();
        leases.get(1).run();
        assertEquals(0, l1.status().pins());
        assertEquals(List.of("r", "r"), told);
    }

    @Test
    @DisplayName("R14: a request that asks for a chunk again and again pins it once")
    void pinnedOnce() {
        l1.finish(l1.reserve(key(1), 10, false), 0);
        for (int i = 0; i < 1000; i++) {
            assertEquals("1", holdings.pin("r", keys(1)).toString());
        }
        assertEquals(1, l1.status().pins());
        holdings.pin("s", keys(1));
        holdings.unpin("r");
        assertEquals(1, l1.status().pins());
        holdings.unpin("s");
        assertEquals(0, l1.status().pins());
    }
}
