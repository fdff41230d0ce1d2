package org.kvdock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BenchResultTest {
    @Test
    @DisplayName("a goal is met exactly at its ratio, and missed past it")
    void goals() {
        assertTrue(BenchResult.atLeast("rate", 50, "tasks/s", "peer", 10, 5).met());
        assertFalse(BenchResult.atLeast("rate", 49, "tasks/s", "peer", 10, 5).met());
        assertTrue(BenchResult.atMost("p50", 10, "us", "peer", 10, 1).met());
        assertFalse(BenchResult.atMost("p50", 11, "us", "peer", 10, 1).met());
        assertEquals(0.5, BenchResult.beside("rate", 5, "tasks/s", "peer", 10).ratio());
    }
}
