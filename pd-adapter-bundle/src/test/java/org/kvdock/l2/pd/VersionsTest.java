package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

/** Two versions of the protocol that meet. */
class VersionsTest {
    private static final int OTHER = Limits.VERSION + 1;
    private static final int VERSION_AT = 5;
    private static final String REFUSAL =
            "frame version: " + OTHER + " is not allowed, must be " + Limits.VERSION + " on both sides";
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 2);

    private final L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp");

    @AfterEach
    void close() {
        receiver.close();
    }

    // Makes the first frame of each direction one of the other version.
    private static Relay.Tap other(Relay.Connection connection, boolean toServer) {
        long[] passed = new long[1];
        return (bytes, length, out) -> {
            long at = VERSION_AT - passed[0];
            if (at >= 0 && at < length) {
                bytes[(int) at] = OTHER;
            }
            passed[0] += length;
            out.write(bytes, 0, length);
        };
    }

    @Test
    @DisplayName("each side tells the other's version and its own, and a sender of the right version is served")
    void bothTell() throws Exception {
        try (Warnings warnings = new Warnings();
                Relay relay = new Relay(Pd.port(receiver, "peer_init_port"), VersionsTest::other);
                L2Adapter sender = Pd.sender(
                        "[" + relay.port() + "]", receiver.status().details().get("peer_alloc_port"),
                        "store_timeout_ms", 1500);
                Caller prefill = new Caller(sender)) {
            assertFalse(prefill.store(KEYS, Chunks.buffers(KEYS, 100)).success());
            warnings.await(REFUSAL);
            Waiting.until("the sender's word", () -> sender.status().lastError().orElseThrow().text().contains(REFUSAL));
        }
        try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender)) {
            assertTrue(prefill.store(KEYS, Chunks.buffers(KEYS, 100)).success());
        }
    }

    @Test
    @DisplayName("a hello of another version, in frames of this one, is refused in words")
    void hello() throws Exception {
        try (Warnings warnings = new Warnings(); RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            link.send(new Message.Hello(OTHER, "raw", 1, 0, List.of("tcp")));
            String text = link.receive(Message.Refused.class).text();
            assertEquals("version: " + OTHER + " is not allowed, must be " + Limits.VERSION, text);
            link.hangUp();
            warnings.await(text);
        }
    }
}
