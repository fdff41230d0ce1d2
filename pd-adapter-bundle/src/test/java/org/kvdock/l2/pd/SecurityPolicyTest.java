package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.pd.security.Exposure;
import org.kvdock.l2.pd.security.TestKeys;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** What may be open to whom. For these tests 127.0.0.2 is another machine's network. */
class SecurityPolicyTest {
    private static final Predicate<InetAddress> ONE_ONLY = address -> address.getHostAddress().equals("127.0.0.1");

    private static Map<String, Object> receiver(Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "peer_host", "127.0.0.2", "peer_init_port", "[0]", "peer_alloc_port", "[0]",
                "buffer_size", 1 << 20);
        config.putAll(Pd.config(more));
        return config;
    }

    private static L2Adapter open(Map<String, Object> config) {
        return new PdAdapterFactory().create((String) config.get("role"), config, new MemoryJournals(), new HoldingsRef(), ONE_ONLY);
    }

    private static L2Adapter senderTo(L2Adapter receiver, Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "sender", "peer_host", "127.0.0.2",
                "peer_init_port", receiver.status().details().get("peer_init_port"),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"));
        config.putAll(Pd.config(more));
        return open(config);
    }

    private static void assertMoves(L2Adapter sender, L2Adapter receiver) {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        try (Caller prefill = new Caller(sender); Caller decode = new Caller(receiver)) {
            assertTrue(prefill.store(keys, Chunks.buffers(keys, 1000)).success());
            assertEquals("11", prefill.lookup(keys).bitmap().toString());
            assertEquals("11", decode.lookup(keys).bitmap().toString());
        }
    }

    @Test
    @DisplayName("case 56: off loopback without security neither end starts, and the reason is one line that says what to do")
    void refused() {
        for (Map<String, Object> config : List.of(receiver(), receiver("role", "sender", "peer_init_port", "[1]", "peer_alloc_port", "[1]"))) {
            String message = assertThrows(BadConfigurationException.class, () -> open(config)).getMessage();
            assertTrue(message.startsWith("peer_host: 127.0.0.2 is not allowed"), message);
            for (String hint : List.of("loopback", "security_dir", "./kvdock keys", "allow_insecure: true")) {
                assertTrue(message.contains(hint), message);
            }
            assertFalse(message.contains("\n"), message);
        }
    }

    @Test
    @DisplayName("case 56: allow_insecure lets it start off loopback, warns at every start, and status says so")
    void allowInsecure() {
        try (Warnings warnings = new Warnings()) {
            for (int start = 1; start <= 2; start++) {
                try (L2Adapter receiver = open(receiver("allow_insecure", true));
                        L2Adapter sender = senderTo(receiver, "allow_insecure", "true")) {
                    assertEquals(start, warnings.lines("receiver: allow_insecure is true and peer_host 127.0.0.2 is not loopback").size());
                    assertEquals(start, warnings.lines("sender: allow_insecure").size());
                    assertEquals("none, allow_insecure", receiver.status().details().get("security"));
                    assertMoves(sender, receiver);
                }
            }
        }
    }

    @Test
    @DisplayName("allow_insecure on loopback opens nothing and warns of nothing")
    void allowInsecureOnLoopback() {
        try (Warnings warnings = new Warnings();
                L2Adapter receiver = open(receiver("peer_host", "127.0.0.1", "allow_insecure", true))) {
            assertEquals("none, loopback only", receiver.status().details().get("security"));
            assertEquals(List.of(), warnings.lines());
        }
    }

    @Test
    @DisplayName("case 56: with key files it may listen elsewhere, without a warning, and a pair moves chunks")
    void secured() {
        try (Warnings warnings = new Warnings();
                L2Adapter receiver = open(receiver("security_dir", TestKeys.of("r").toString()));
                L2Adapter sender = senderTo(receiver, "security_dir", TestKeys.of("a").toString(), "peer_key", "r")) {
            assertMoves(sender, receiver);
            assertEquals("TLS 1.3 and CURVE, for a, b, p", receiver.status().details().get("security"));
            assertEquals("TLS 1.3 and CURVE, to r", sender.status().details().get("security"));
            assertEquals(List.of(), warnings.lines());
            assertEquals("0", receiver.status().details().get("refused"));
        }
    }

    @Test
    @DisplayName("case 56: a proxy off loopback needs a key of its own, whatever security the receiver has")
    void proxy() {
        Map<String, Object> config = receiver(
                "role", "sender", "peer_init_port", "[1]", "peer_alloc_port", "[1]", "proxy_host", "127.0.0.2", "proxy_port", 1,
                "security_dir", TestKeys.of("a").toString(), "peer_key", "r");
        String message = assertThrows(BadConfigurationException.class, () -> open(config)).getMessage();
        assertTrue(message.startsWith("proxy_host: 127.0.0.2 is not allowed"), message);
        assertTrue(message.contains("secured by proxy_key"), message);
        config.put("proxy_key", "p");
        open(config).close();
        config.put("proxy_key", "nobody");
        message = assertThrows(BadConfigurationException.class, () -> open(config)).getMessage();
        assertEquals("proxy_key: nobody is not allowed, must be one of [p, q, r] in security_dir", message);
    }

    @Test
    @DisplayName("case 39: what is missing or wrong among the keys of security has its own message")
    void settings() {
        for (List<String> wrong : List.of(
                List.of("peer_key", "r", "security_dir: is missing, must be given with peer_key"),
                List.of("proxy_key", "p", "security_dir: is missing, must be given with proxy_key"),
                List.of("security_dir", "relative/path", "security_dir: relative/path is not allowed, must be an absolute path"),
                List.of("security_dir", "/nowhere/at/all", "security_dir: /nowhere/at/all is missing, must be made by ./kvdock keys"),
                List.of("allow_insecure", "yes", "allow_insecure: yes is not allowed, must be true or false"))) {
            Map<String, Object> config = receiver("peer_host", "127.0.0.1", wrong.get(0), wrong.get(1));
            assertEquals(wrong.get(2), assertThrows(BadConfigurationException.class, () -> open(config)).getMessage());
        }
        Map<String, Object> nowhere = receiver("role", "sender", "peer_host", "0.0.0.0", "peer_init_port", "[1]", "peer_alloc_port", "[1]",
                "allow_insecure", true);
        String message = assertThrows(BadConfigurationException.class, () -> open(nowhere)).getMessage();
        assertEquals("peer_host: 0.0.0.0 is not allowed, must be the address of one machine, on a sender", message);
    }

    @Test
    @DisplayName("what is refused leaves nothing behind: the same ports and journal can be opened at once")
    void nothingLeft() {
        MemoryJournals journals = new MemoryJournals();
        Map<String, Object> config = receiver("security_dir", "/nowhere/at/all");
        assertThrows(BadConfigurationException.class, () -> new PdAdapterFactory().create("r", config, journals));
        config.put("security_dir", TestKeys.of("r").toString());
        new PdAdapterFactory().create("r", config, journals).close();
    }

    @Test
    @DisplayName("case 40: by default there is no security, and loopback is what the system calls so")
    void defaults() {
        PdSettings settings = PdSettings.read(ConfigReader.of(receiver("peer_host", "127.0.0.2")));
        assertTrue(settings.security().directory().isEmpty());
        assertFalse(settings.security().allowInsecure());
        assertEquals(List.of(), settings.unprotected());
        assertTrue(Exposure.LOOPBACK.test(settings.peerHost().orElseThrow()));
    }
}
