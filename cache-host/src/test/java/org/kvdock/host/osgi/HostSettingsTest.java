package org.kvdock.host.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.HostSettings;
import org.kvdock.l2.tck.Defaults;

/** Beside the metatype, which only this package sees. */
class HostSettingsTest {
    @Test
    @DisplayName("case 40: every field round-trips, and none is without effect")
    void fields() {
        Map<String, Object> config = new HashMap<>();
        config.putAll(Map.of("l1_max_objects", 1, "l1_max_bytes", "2", "l1_slab_bytes", 4096, "l1_salt_quota_bytes", 3));
        config.putAll(Map.of("l1_salt_quotas", "a=10, b=20", "l1_high_watermark", 70, "l1_low_watermark", 60));
        config.putAll(Map.of("read_lease_ms", 4, "write_lease_ms", 5, "pin_lease_ms", "6"));
        config.putAll(Map.of("max_stores_in_flight", 7, "max_prefetches_in_flight", 8, "max_prefetches_waiting", 9));
        config.putAll(Map.of("lookup_grace_ms", 10, "drain_ms", 11));
        assertEquals(Defaults.ofMetatype(HostConfig.class).keySet(), config.keySet(), "the metatype has other keys than this test");
        HostSettings.L1 l1 = new HostSettings.L1(
                OptionalLong.of(1), OptionalLong.of(2), 4096, OptionalLong.of(3), Map.of("a", 10L, "b", 20L), 70, 60);
        HostSettings.Leases leases = new HostSettings.Leases(Duration.ofMillis(4), Duration.ofMillis(5), Duration.ofMillis(6));
        assertEquals(
                new HostSettings(l1, leases, 7, 8, 9, Duration.ofMillis(10), Duration.ofMillis(11)), HostSettings.of(config));
        assertEquals("", Defaults.idle(config, HostSettings::of));
    }

    @Test
    @DisplayName("case 40: what is left out has its default")
    void defaults() {
        HostSettings.L1 l1 =
                new HostSettings.L1(OptionalLong.empty(), OptionalLong.empty(), 32 << 20, OptionalLong.empty(), Map.of(), 100, 90);
        HostSettings.Leases leases = new HostSettings.Leases(Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMinutes(10));
        HostSettings expected = new HostSettings(l1, leases, 1 << 16, 64, 1 << 16, Duration.ofMillis(50), Duration.ofMillis(900));
        assertEquals(expected, HostSettings.of(Map.of()));
        assertEquals(expected, HostSettings.DEFAULT);
    }

    @Test
    @DisplayName("case 40: the help names every field that the metatype names, and no other, with the same default")
    void help() {
        assertEquals(Defaults.ofMetatype(HostConfig.class), Defaults.ofHelp(HostSettings.help()));
    }
}
