package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.pd.security.SecuritySettings;
import org.kvdock.l2.tck.Defaults;

class PdSettingsTest {
    private static final Map<String, Object> SENDER =
            Map.of("role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[7100]", "peer_alloc_port", "[7200]");

    private static PdSettings read(Map<String, Object> config) {
        return PdSettings.read(ConfigReader.of(config));
    }

    private static InetAddress address(String text) {
        return new InetSocketAddress(text, 0).getAddress();
    }

    private static Map<String, Object> sender(Object... changes) {
        Map<String, Object> config = Pd.config();
        config.putAll(SENDER);
        config.putAll(Pd.config(changes));
        config.values().removeIf(value -> value.equals(""));
        return config;
    }

    @Test
    @DisplayName("case 38: minimal sender and receiver configurations parse, with ports for each rank in every form")
    void minimal() {
        assertEquals(Role.SENDER, read(SENDER).role());
        assertEquals(List.of(7100), read(SENDER).initPorts());
        PdSettings receiver = read(Pd.config(
                "role", "receiver", "peer_init_port", new int[] {0, 0}, "peer_alloc_port", List.of(0, 0)));
        assertEquals(Role.RECEIVER, receiver.role());
        assertEquals(List.of(0, 0), receiver.initPorts());
        assertEquals(List.of(1, 2, 3, 4), read(sender("peer_init_port", "1,2, 3 ,4", "peer_alloc_port", "[5,6,7,8]")).initPorts());
        assertEquals(Role.SENDER, read(Pd.config("role", "sender", "transfer_channel", "mock_memory")).role());
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(sender("role", ""), "role: is missing", "sender, receiver"),
                Arguments.of(sender("role", "both"), "role: both", "sender, receiver"),
                Arguments.of(sender("peer_host", ""), "peer_host: is missing", "text"),
                Arguments.of(sender("peer_init_port", ""), "peer_init_port: is missing", "list of whole numbers from 1 to 65535"),
                Arguments.of(sender("peer_alloc_port", ""), "peer_alloc_port: is missing", "list of whole numbers"),
                Arguments.of(sender("peer_init_port", "[]"), "peer_init_port: an empty list", "list of whole numbers"),
                Arguments.of(sender("peer_init_port", "[0]"), "peer_init_port: 0", "from 1 to 65535"),
                Arguments.of(sender("peer_init_port", "[65536]"), "peer_init_port: 65536", "from 1 to 65535"),
                Arguments.of(sender("peer_alloc_port", "[-1]"), "peer_alloc_port: -1", "from 1 to 65535"),
                Arguments.of(sender("peer_alloc_port", "[one]"), "peer_alloc_port: one", "from 1 to 65535"),
                Arguments.of(sender("peer_init_port", "[1,2]"), "peer_alloc_port: 1 ports", "2, one for each of peer_init_port"),
                Arguments.of(sender("buffer_device", "cuda"), "buffer_device: cuda", "cpu"),
                Arguments.of(sender("transfer_channel", "nixl"), "transfer_channel: nixl", "auto, shm, tcp"),
                Arguments.of(sender("buffer_size", 0), "buffer_size: 0", "from 1"),
                Arguments.of(sender("proxy_host", "127.0.0.1"), "proxy_port: is missing", "proxy_host"),
                Arguments.of(sender("proxy_port", 1), "proxy_host: is missing", "proxy_port"),
                Arguments.of(sender("proxy_host", "::1", "proxy_port", 0), "proxy_port: 0", "1 to 65535"),
                Arguments.of(sender("proxy_acknowledges", "true"), "proxy_host: is missing", "proxy_acknowledges"),
                Arguments.of(
                        sender("proxy_host", "127.0.0.1", "proxy_port", 1, "proxy_acknowledges", "perhaps"),
                        "proxy_acknowledges: perhaps", "true or false"),
                Arguments.of(sender("reconnect_min_ms", 100, "reconnect_max_ms", 99), "reconnect_max_ms: 99", "at least reconnect_min_ms"),
                Arguments.of(sender("heartbeat_ms", 0), "heartbeat_ms: 0", "from 1"));
    }

    @ParameterizedTest(name = "case 39: {1}")
    @MethodSource("bad")
    @DisplayName("case 39: what is missing or not allowed has its own message of one line")
    void bad(Map<String, Object> config, String given, String allowed) {
        String message = assertThrows(BadConfigurationException.class, () -> read(config)).getMessage();
        assertTrue(message.startsWith(given), message);
        assertTrue(message.contains(allowed), message);
        assertFalse(message.contains("\n"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "example.org", "::", "fe80::1", "127.0.0.1.example.org", "999.0.0.1"})
    @DisplayName("case 39: every host but loopback is refused, without resolving a name")
    void notLoopback(String host) {
        for (String key : List.of("peer_host", "proxy_host")) {
            Map<String, Object> config = sender("proxy_host", "127.0.0.1", "proxy_port", 1);
            config.put(key, host);
            String message = assertThrows(BadConfigurationException.class, () -> read(config)).getMessage();
            assertTrue(message.startsWith(key + ": " + host), message);
            assertTrue(message.contains("loopback"), message);
        }
    }

    @Test
    @DisplayName("case 40: every field round-trips, and none is without effect")
    void fields() {
        Map<String, Object> config = Pd.config(
                "role", "sender", "peer_host", "127.0.0.3", "peer_init_port", "[7100, 7101]", "peer_alloc_port", "[7200, 7201]",
                "proxy_host", "127.0.0.2", "proxy_port", "7300", "proxy_acknowledges", "true",
                "security_dir", "/keys", "peer_key", "decode", "proxy_key", "proxy", "allow_insecure", true,
                "buffer_size", "123456", "staging_dir", "/staging", "buffer_device", "cpu", "transfer_channel", "TCP",
                "reservation_lease_ms", 1, "request_lease_ms", 2, "heartbeat_ms", 3, "reconnect_min_ms", 4, "reconnect_max_ms", "5",
                "max_tasks_in_flight", 6, "max_bytes_in_flight", 7, "max_object_bytes", 8, "max_keys_per_task", 9L,
                "store_timeout_ms", 10, "lookup_timeout_ms", 11, "load_timeout_ms", "12", "close_grace_ms", 13, "lock_lease_ms", 14,
                "workers", 15);
        assertEquals(Defaults.ofMetatype(PdConfig.class).keySet(), config.keySet(), "the metatype has other keys than this test");
        PdSettings expected = new PdSettings(
                Role.SENDER, ChannelChoice.TCP, Optional.of(address("127.0.0.3")), List.of(7100, 7101), List.of(7200, 7201),
                Optional.of(new InetSocketAddress(address("127.0.0.2"), 7300)), true, 123456, Optional.of(Path.of("/staging")),
                Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(4), Duration.ofMillis(5),
                new SecuritySettings(Optional.of(Path.of("/keys")), Optional.of("decode"), Optional.of("proxy"), true), List.of(),
                new AdapterSettings(
                        6, 7, 8, 9, Duration.ofMillis(10), Duration.ofMillis(11), Duration.ofMillis(12), Duration.ofMillis(13),
                        Duration.ofMillis(14), 15));
        assertEquals(expected, read(config));
        // Staging has one place to live; another one is refused, see case 39.
        assertEquals("buffer_device", Defaults.idle(config, PdSettingsTest::read));
    }

    @Test
    @DisplayName("case 40: what is left out has its default")
    void defaults() {
        PdSettings expected = new PdSettings(
                Role.RECEIVER, ChannelChoice.AUTO, Optional.of(InetAddress.getLoopbackAddress()), List.of(0), List.of(0),
                Optional.empty(), false, 256L << 20, Optional.empty(),
                Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(5),
                SecuritySettings.NONE, List.of(),
                new AdapterSettings(
                        4096, 1L << 30, 64 << 20, 4096, Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(30),
                        Duration.ofSeconds(3), Duration.ofMinutes(5), 2));
        assertEquals(expected, read(Pd.config("role", "receiver", "peer_init_port", "0", "peer_alloc_port", "0")));
    }

    @Test
    @DisplayName("case 40: the help names every field that the metatype names, and no other, with the same default")
    void help() {
        Map<String, String> help = Defaults.ofHelp(new PdAdapterFactory().help());
        assertEquals("", help.put("peer_host", "127.0.0.1"), "the metatype shows a receiver's default; a sender has none");
        assertEquals(Defaults.ofMetatype(PdConfig.class), help);
    }
}
