package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class MockFaultsTest {
    private static final int CHUNK = 256;
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 64);

    private static MockAdapter mock(Map<String, ?> configuration) {
        Map<String, Object> all = new HashMap<>(configuration);
        all.put("max_size_gb", 0.01);
        return new MockAdapterFactory().create("mock", all, new MemoryJournals());
    }

    /** Stores all keys without faults, then loads them with the given ones. */
    private static Bitmap loadedWith(Map<String, ?> configuration) {
        try (MockAdapter adapter = mock(configuration);
                Caller caller = new Caller(adapter)) {
            assertTrue(caller.store(KEYS, Chunks.buffers(KEYS, CHUNK)).success());
            TaskResult load = caller.load(KEYS, Chunks.empty(KEYS.size(), CHUNK));
            assertTrue(load.success());
            assertEquals(load.bitmap().count() * (long) CHUNK, load.bytesMoved());
            return load.bitmap();
        }
    }

    @Test
    @DisplayName("case 36: gaps on load by index")
    void gapsByIndex() {
        Bitmap expected = Bitmap.ones(KEYS.size());
        expected.clear(0);
        expected.clear(7);
        assertEquals(expected, loadedWith(Map.of("load_gap_indexes", "[0, 7, 5000]")));
    }

    @Test
    @DisplayName("case 36: gaps on load by the ratio of the tail")
    void gapsByTail() {
        assertEquals(Bitmap.ones(KEYS.size()).first(48), loadedWith(Map.of("load_gap_tail_ratio", 0.25)));
        assertEquals(0, loadedWith(Map.of("load_gap_tail_ratio", 1)).count());
    }

    @Test
    @DisplayName("case 36: gaps on load by rate hit about that share of the keys")
    void gapsByRate() {
        int loaded = loadedWith(Map.of("load_gap_rate", 0.5, "seed", 1)).count();
        assertTrue(loaded > 16 && loaded < 48, "loaded " + loaded + " of 64 at a rate of 0.5");
        assertEquals(0, loadedWith(Map.of("load_gap_rate", 1)).count());
    }

    @Test
    @DisplayName("case 37: the same seed drops the same keys, another seed does not")
    void seedDecides() {
        Bitmap first = loadedWith(Map.of("load_gap_rate", 0.5, "seed", 1));
        assertEquals(first, loadedWith(Map.of("load_gap_rate", 0.5, "seed", 1)));
        assertNotEquals(first, loadedWith(Map.of("load_gap_rate", 0.5, "seed", 2)));
    }

    @ParameterizedTest(name = "{displayName} ({0})")
    @EnumSource(TaskKind.class)
    @DisplayName("case 36: a failure rate of 1 fails every task of the chosen kind, and no other")
    void failureRate(TaskKind chosen) {
        Map<String, ?> faults = Map.of("failure_rate", 1, "fault_kinds", chosen.name().toLowerCase());
        try (MockAdapter adapter = mock(faults);
                Caller caller = new Caller(adapter)) {
            Map<TaskKind, TaskResult> results = oneOfEach(caller);
            results.forEach((kind, result) -> {
                assertEquals(kind == chosen ? TaskOutcome.FAILURE : TaskOutcome.SUCCESS, result.outcome(), kind.name());
                assertEquals(kind == chosen ? ErrorCode.INJECTED : ErrorCode.NONE, result.error(), kind.name());
            });
            assertEquals(Map.of(ErrorCode.INJECTED, 1L), adapter.status().failures());
        }
    }

    @Test
    @DisplayName("case 36: a failure rate fails about that share of the tasks, the same ones for the same seed")
    void failureRateShare() {
        String first = outcomes(3);
        long failed = first.chars().filter(c -> c == 'F').count();
        assertTrue(failed > 50 && failed < 150, failed + " of 200 failed at a rate of 0.5");
        assertEquals(first, outcomes(3));
        assertNotEquals(first, outcomes(4));
    }

    private static String outcomes(long seed) {
        StringBuilder outcomes = new StringBuilder();
        try (MockAdapter adapter = mock(Map.of("failure_rate", "0.5", "seed", seed));
                Caller caller = new Caller(adapter)) {
            for (int i = 0; i < 200; i++) {
                outcomes.append(caller.lookup(List.of()).success() ? 'S' : 'F');
            }
        }
        return outcomes.toString();
    }

    @ParameterizedTest(name = "{displayName} ({0})")
    @EnumSource(TaskKind.class)
    @DisplayName("case 36: in stuck mode tasks end at their deadline, as timeout")
    void stuck(TaskKind kind) {
        String key = kind.name().toLowerCase();
        try (MockAdapter adapter = mock(Map.of("stuck", "true", "fault_kinds", key, key + "_timeout_ms", 50));
                Caller caller = new Caller(adapter)) {
            long before = System.nanoTime();
            oneOfEach(caller).forEach((of, result) -> {
                assertEquals(of == kind ? TaskOutcome.TIMEOUT : TaskOutcome.SUCCESS, result.outcome(), of.name());
            });
            assertTrue(System.nanoTime() - before >= 50_000_000);
        }
    }

    @Test
    @DisplayName("case 36: an error in a worker fails the task, and the adapter goes on when the fault is taken away")
    void errors() {
        try (MockAdapter adapter = mock(Map.of("error_rate", 1));
                Caller caller = new Caller(adapter)) {
            oneOfEach(caller).forEach((kind, result) -> assertEquals(ErrorCode.INTERNAL, result.error(), kind.name()));
            adapter.setFaults(Faults.NONE);
            oneOfEach(caller).forEach((kind, result) -> assertTrue(result.success(), kind.name()));
        }
    }

    private static Map<TaskKind, TaskResult> oneOfEach(Caller caller) {
        List<ObjectKey> keys = KEYS.subList(0, 2);
        return Map.of(
                TaskKind.STORE, caller.store(keys, Chunks.buffers(keys, CHUNK)),
                TaskKind.LOOKUP, caller.lookup(keys),
                TaskKind.LOAD, caller.load(keys, Chunks.empty(2, CHUNK)));
    }

    @ParameterizedTest(name = "{displayName} ({0})")
    @EnumSource(value = TaskKind.class, names = {"STORE", "LOAD"})
    @DisplayName("case 36: a fixed latency of 100 ms delays completions by at least that")
    void latencyDelays(TaskKind kind) {
        try (MockAdapter adapter = mock(Map.of("latency_ms", 100, "fault_kinds", kind.name().toLowerCase()));
                Caller caller = new Caller(adapter)) {
            long before = System.nanoTime();
            oneOfEach(caller).forEach((of, result) -> assertTrue(result.success(), of + ": " + result));
            assertTrue(System.nanoTime() - before >= 100_000_000, "done after " + (System.nanoTime() - before) + " ns");
        }
    }

    @ParameterizedTest(name = "{displayName} ({0})")
    @EnumSource(LatencyShape.class)
    @DisplayName("case 36: latency is drawn with the configured mean, and never past the longest")
    void latencyShapes(LatencyShape shape) {
        Faults faults = MockSettings.read(ConfigReader.of(
                        Map.of("latency_ms", 10, "latency_shape", shape.name().toLowerCase(), "latency_most_ms", 200)))
                .faults();
        double sum = 0;
        int draws = 20_000;
        for (int id = 0; id < draws; id++) {
            long nanos = faults.latencyNanos(TaskKind.LOAD, id);
            assertTrue(nanos >= 0 && nanos <= 200_000_000L, "latency of " + nanos);
            sum += nanos / 1e6;
        }
        // The cut at 200 ms takes a part of the long tail away: its mean is 9.1 then.
        assertEquals(shape == LatencyShape.LONG_TAIL ? 9.1 : 10, sum / draws, 0.5);
    }

    @ParameterizedTest(name = "{displayName} ({0})")
    @ValueSource(strings = {"failure_rate", "load_gap_rate", "load_gap_tail_ratio", "error_rate"})
    @DisplayName("case 36: a share outside 0 to 1 is refused, and named")
    void badShare(String key) {
        BadConfigurationException e = assertThrows(
                BadConfigurationException.class, () -> mock(Map.of(key, 1.5)).close());
        assertTrue(e.getMessage().startsWith(key + ": 1.5"), e.getMessage());
    }
}
