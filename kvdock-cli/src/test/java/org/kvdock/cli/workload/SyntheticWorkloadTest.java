package org.kvdock.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SyntheticWorkloadTest {
    private static final int REQUESTS = 1000;

    @Test
    @DisplayName("the same seed makes the same requests, another seed makes others")
    void seeds() {
        assertEquals(blocks(SyntheticWorkload.make(7, REQUESTS)), blocks(SyntheticWorkload.make(7, REQUESTS)));
        assertNotEquals(blocks(SyntheticWorkload.make(7, REQUESTS)), blocks(SyntheticWorkload.make(8, REQUESTS)));
    }

    @Test
    @DisplayName("the shape is that of conversations: hits between a quarter and three quarters, some requests all hit")
    void shape() {
        for (long seed = 1; seed <= 20; seed++) {
            Workload workload = SyntheticWorkload.make(seed, REQUESTS);
            StrictPrefixLru model = new StrictPrefixLru(Long.MAX_VALUE);
            long allHit = workload.requests().stream().filter(request -> model.take(request) == request.size()).count();
            double ratio = (double) model.hits() / workload.references();
            assertTrue(ratio > 0.25 && ratio < 0.75, "seed " + seed + ": hit ratio " + ratio);
            assertTrue(allHit > 0, "seed " + seed + ": no request without a new block");
            assertEquals(workload.references() - workload.distinctBlocks(), model.hits(), "seed " + seed);
        }
    }

    @Test
    @DisplayName("blocks of a request are distinct, arrivals never go back")
    void valid() {
        Workload workload = SyntheticWorkload.make(3, REQUESTS);
        long before = 0;
        for (Request request : workload.requests()) {
            Set<Long> distinct = new HashSet<>();
            IntStream.range(0, request.size()).forEach(i -> distinct.add(request.block(i)));
            assertEquals(request.size(), distinct.size());
            assertTrue(request.arrivalMillis() >= before);
            before = request.arrivalMillis();
        }
    }

    private static List<List<Long>> blocks(Workload workload) {
        return workload.requests().stream()
                .map(request -> IntStream.range(0, request.size()).mapToObj(request::block).toList())
                .toList();
    }
}
