package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixReplayTest {
    @RepeatedTest(10)
    @DisplayName("case 92: L1 hits and evicts as strict-prefix LRU does, at any capacity")
    void asTheModel() {
        long seed = System.nanoTime();
        List<long[]> requests = PrefixReplay.synthetic(seed, 400, 60);
        for (long capacity : new long[] {60, 100, 1000, 5000, Long.MAX_VALUE}) {
            assertEquals(PrefixReplay.model(requests, capacity), PrefixReplay.host(requests, capacity), "seed " + seed);
        }
    }

    @ParameterizedTest(name = "first {0} requests, {1} blocks")
    @CsvSource({
        "12031, 0, 288500, 105710, 182790, 0",
        "12031, 50000, 288500, 102290, 50000, 136210",
        "12031, 30000, 288500, 93967, 30000, 164533",
        "12031, 10000, 288500, 60921, 10000, 217579",
        "12031, 5859, 288500, 39101, 5859, 243540",
        "2000, 0, 54559, 15771, 38788, 0",
        "500, 0, 14162, 2283, 11879, 0",
    })
    @DisplayName("case 92: L1 counts on the conversation trace what its table says")
    void asTheTable(int count, long capacity, long references, long hits, long resident, long evictions)
            throws IOException {
        List<long[]> requests = trace(count);
        assertEquals(
                new PrefixReplay.Counts(references, hits, resident, evictions),
                PrefixReplay.host(requests, capacity == 0 ? Long.MAX_VALUE : capacity));
    }

    private static List<long[]> trace(int count) throws IOException {
        // Beside the checkout, wherever the module's tests are started from.
        Path file = Path.of(System.getProperty("kvdock.traces", "../../shared/traces"), "conversation_trace.jsonl");
        assumeTrue(Files.isReadable(file), "the trace is not at ../shared/traces beside the checkout");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.limit(count).map(PrefixReplay::hashIds).toList();
        }
    }
}
