package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.tck.Defaults;

class MockSettingsTest {
    private static MockSettings read(Map<String, Object> config) {
        return MockSettings.read(ConfigReader.of(config));
    }

    @Test
    @DisplayName("case 40: every field round-trips, and none is without effect")
    void fields() {
        Map<String, Object> config = new HashMap<>();
        config.putAll(Map.of("max_size_gb", "0.5", "mock_bandwidth_gb", 2, "seed", -3L, "fault_kinds", "load"));
        config.putAll(Map.of("latency_ms", 1.5, "latency_shape", "long_tail", "latency_most_ms", 20, "failure_rate", 0.1));
        config.putAll(Map.of("error_rate", "0.2", "stuck", true, "load_gap_indexes", new int[] {4, 5}));
        config.putAll(Map.of("load_gap_tail_ratio", 0.25, "load_gap_rate", 0.75));
        config.putAll(Map.of("max_tasks_in_flight", 6, "max_bytes_in_flight", 7, "max_object_bytes", 8, "max_keys_per_task", 9));
        config.putAll(Map.of("store_timeout_ms", 10, "lookup_timeout_ms", 11, "load_timeout_ms", 12, "close_grace_ms", 13));
        config.putAll(Map.of("lock_lease_ms", 14, "workers", 15));
        assertEquals(Defaults.ofMetatype(MockConfig.class).keySet(), config.keySet(), "the metatype has other keys than this test");
        Faults faults = new Faults(
                -3, Set.of(TaskKind.LOAD), Duration.ofNanos(1_500_000), LatencyShape.LONG_TAIL, Duration.ofMillis(20), 0.1, 0.2, true,
                List.of(4, 5), 0.25, 0.75);
        AdapterSettings base = new AdapterSettings(
                6, 7, 8, 9, Duration.ofMillis(10), Duration.ofMillis(11), Duration.ofMillis(12), Duration.ofMillis(13),
                Duration.ofMillis(14), 15);
        assertEquals(new MockSettings(1L << 29, 2.0 * (1 << 30), faults, base), read(config));
        assertEquals("", Defaults.idle(config, MockSettingsTest::read));
    }

    @Test
    @DisplayName("case 40: what is left out has its default")
    void defaults() {
        assertEquals(new MockSettings(1L << 30, 0, Faults.NONE, AdapterSettings.DEFAULT), read(Map.of()));
    }

    @Test
    @DisplayName("case 40: the help names every field that the metatype names, and no other, with the same default")
    void help() {
        assertEquals(Defaults.ofMetatype(MockConfig.class), Defaults.ofHelp(new MockAdapterFactory().help()));
    }
}
