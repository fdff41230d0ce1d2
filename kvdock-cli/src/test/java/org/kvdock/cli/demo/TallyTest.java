package org.kvdock.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.cli.launch.HostEvent;

class TallyTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private final List<Integer> released = new ArrayList<>();
    private final Tally tally = new Tally(2, released::add);

    @Test
    @DisplayName("both hosts' words on a request are joined in whatever order they come")
    void joins() throws Exception {
        stored(1, "\"written_nanos\":1000000,\"prefix_hits\":2,\"transferred\":3,\"deduplicated\":1,\"resent\":1,\"bytes\":40");
        read(1, "\"readable_nanos\":3000000,\"loaded\":6,\"verified\":6");
        read(2, "\"readable_nanos\":9000000,\"loaded\":4,\"verified\":3,\"wrong\":1,\"error\":\"bad\"");
        stored(2, "\"written_nanos\":4000000,\"prefix_hits\":4");
        assertEquals("", tally.awaitEnd(SOON));
        assertEquals(List.of(1, 2), released);
        assertEquals(6, tally.sums().prefixHits);
        assertEquals(3, tally.sums().transferred);
        assertEquals(1, tally.sums().deduplicated);
        assertEquals(1, tally.sums().resent);
        assertEquals(40, tally.sums().bytes);
        assertEquals(10, tally.sums().loaded);
        assertEquals(9, tally.sums().verified);
        assertEquals(1, tally.sums().wrong);
        assertEquals(List.of("request 2: bad"), tally.errors());
        assertEquals(2, tally.handoffs().getTotalCount());
        assertEquals(2000, tally.handoffs().getValueAtPercentile(50), 2);
    }

    @Test
    @DisplayName("a request that could not be stored is done with, also when decode is told of it later")
    void hopeless() throws Exception {
        stored(1, "\"unstored\":4,\"error\":\"pd: no room\"");
        read(1, "\"error\":\"the sender failed\"");
        assertEquals(List.of(1), released);
        stored(2, "\"prefix_hits\":0");
        read(2, "\"loaded\":0");
        assertEquals("", tally.awaitEnd(SOON));
        assertEquals(4, tally.sums().unstored);
        assertEquals(2, tally.errorCount());
    }

    @Test
    @DisplayName("a run that stands still ends and says how far it came; one that breaks says why")
    void stall() throws Exception {
        stored(1, "\"prefix_hits\":0");
        assertTrue(tally.awaitEnd(SOON).contains("1 of 2 requests are stored, 0 read"));
        tally.broken("prefill: gone");
        tally.broken("later");
        assertEquals("prefill: gone", tally.awaitEnd(Duration.ofDays(1)));
    }

    @Test
    @DisplayName("a request told twice or unknown does not count twice or at all")
    void strange() throws Exception {
        stored(1, "\"prefix_hits\":5");
        stored(1, "\"prefix_hits\":5");
        assertEquals(5, tally.sums().prefixHits);
        assertEquals(1, tally.errorCount());
        assertThrows(IllegalStateException.class, () -> read(3, "\"loaded\":1"));
        assertThrows(IllegalStateException.class, () -> stored(0, "\"prefix_hits\":1"));
    }

    private void stored(int request, String fields) throws IOException {
        tally.stored(event("stored", request, fields));
    }

    private void read(int request, String fields) throws IOException {
        tally.read(event("read", request, fields));
    }

    private static HostEvent event(String name, int request, String fields) throws IOException {
        return HostEvent.parse("{\"event\":\"" + name + "\",\"request\":" + request + "," + fields + "}");
    }
}
