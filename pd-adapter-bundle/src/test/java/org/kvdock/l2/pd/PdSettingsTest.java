package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

class PdSettingsTest {
    private static final Map<String, Object> SENDER =
            Map.of("role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[7100]", "peer_alloc_port", "[7200]");

    private static PdSettings read(Map<String, Object> config) {
        return PdSettings.read(ConfigReader.of(config));
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
            String message = assertThrows(
                            BadConfigurationException.class, () -> read(sender(key, host, "proxy_port", 1, key, host)))
                    .getMessage();
            if (key.equals("peer_host")) {
                assertTrue(message.startsWith("peer_host: " + host), message);
                assertTrue(message.contains("loopback"), message);
            }
        }
    }

    @Test
    @DisplayName("case 40: defaults, and every field round-trips")
    void fields() {
        PdSettings defaults = read(SENDER);
        assertEquals(ChannelChoice.AUTO, defaults.channel());
        assertEquals(256L << 20, defaults.bufferBytes());
        assertEquals(Duration.ofSeconds(10), defaults.lease());
        assertTrue(defaults.proxy().isEmpty());
        assertFalse(defaults.proxyAcknowledges());
        PdSettings all = read(sender(
                "peer_host", "localhost", "transfer_channel", "TCP", "buffer_size", "123456", "buffer_device", "cpu",
                "proxy_host", "127.0.0.2", "proxy_port", "7300", "proxy_acknowledges", "true", "reservation_lease_ms", 1, "request_lease_ms", 2,
                "heartbeat_ms", 3, "reconnect_min_ms", 4, "reconnect_max_ms", 5, "store_timeout_ms", 6));
        assertTrue(all.peerHost().orElseThrow().isLoopbackAddress());
        assertEquals(ChannelChoice.TCP, all.channel());
        assertEquals(123456, all.bufferBytes());
        assertEquals("127.0.0.2", all.proxy().orElseThrow().getAddress().getHostAddress());
        assertEquals(7300, all.proxy().orElseThrow().getPort());
        assertTrue(all.proxyAcknowledges());
        assertEquals(Duration.ofMillis(1), all.lease());
        assertEquals(Duration.ofMillis(2), all.requestLease());
        assertEquals(Duration.ofMillis(3), all.heartbeat());
        assertEquals(Duration.ofMillis(4), all.reconnectLeast());
        assertEquals(Duration.ofMillis(5), all.reconnectMost());
        assertEquals(Duration.ofMillis(6), all.base().storeDeadline());
    }

    @Test
    @DisplayName("case 40: the help names every field that the configuration has, and the metatype too")
    void help() {
        String help = new PdAdapterFactory().help();
        for (var field : PdConfig.class.getDeclaredMethods()) {
            String key = field.getName().replace("__", "_");
            assertTrue(key.equals("name") || help.lines().anyMatch(line -> line.startsWith(key + " ")), key + " in\n" + help);
        }
        assertEquals(PdConfig.class.getDeclaredMethods().length - 1, help.lines().count(), "a key is missing in the metatype");
    }
}
