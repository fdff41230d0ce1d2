package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Hosts that come and go, as a receiver sees them. */
class HoldingsRefTest {
    private final List<String> told = new ArrayList<>();
    private final HoldingsRef holdings = new HoldingsRef();
    private final TestHoldings first = new TestHoldings();
    private final TestHoldings second = new TestHoldings();

    HoldingsRefTest() {
        holdings.setReader(new HoldingsRef.Reader() {
            @Override
            public void read(String requestId) {
                told.add("read " + requestId);
            }

            @Override
            public void hostGone() {
                told.add("gone");
            }
        });
    }

    @Test
    @DisplayName("a host that is replaced before it goes, as services do, is not listened to any more, and its readers are gone")
    void replaced() {
        holdings.set(first);
        first.unpin("a");
        holdings.set(second);
        first.unpin("b");
        holdings.clear(first);
        first.unpin("c");
        second.unpin("d");
        assertEquals(List.of("read a", "gone", "read d"), told);
        holdings.clear(second);
        second.unpin("e");
        assertEquals(List.of("read a", "gone", "read d", "gone"), told);
        assertFalse(holdings.present());
    }
}
