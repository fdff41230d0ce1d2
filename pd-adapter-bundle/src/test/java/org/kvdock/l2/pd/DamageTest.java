package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

class DamageTest {
    // Flips a bit of the last byte of a pattern's first occurrence on the way to the receiver.
    private static Relay.Taps flipping(byte[] pattern) {
        int[] matched = new int[1];
        return (connection, toReceiver) -> !toReceiver ? Relay.Tap.OPEN : (bytes, length, out) -> {
            for (int i = 0; i < length && matched[0] < pattern.length; i++) {
                matched[0] = bytes[i] == pattern[matched[0]] ? matched[0] + 1 : bytes[i] == pattern[0] ? 1 : 0;
                if (matched[0] == pattern.length) {
                    bytes[i] ^= 1;
                }
            }
            out.write(bytes, 0, length);
        };
    }

    @Test
    @DisplayName("case 43: a chunk whose bytes are flipped on the way is never visible, and the sender's task says checksum")
    void flippedOnTheWay() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", 3);
        byte[] tail = Chunks.content(keys.get(1), 70_000);
        tail = Arrays.copyOfRange(tail, 69_968, 70_000);
        try (L2Adapter receiver = Pd.receiver(8 << 20, new HoldingsRef());
                Relay proxy = new Relay(Pd.port(receiver, "peer_init_port"), flipping(tail));
                L2Adapter sender = Pd.sender("[" + proxy.port() + "]", "[" + Pd.port(receiver, "peer_alloc_port") + "]",
                        "transfer_channel", "tcp");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            TaskResult damaged = prefill.store(keys, Chunks.buffers(keys, 70_000));
            assertEquals(TaskOutcome.FAILURE, damaged.outcome());
            assertEquals(ErrorCode.CHECKSUM, damaged.error());
            assertEquals("101", damaged.bitmap().toString());
            assertEquals("000", damaged.unconfirmed().toString());
            assertTrue(damaged.errorText().contains(keys.get(1).toString()), damaged.errorText());
            assertEquals("101", decode.lookup(keys).bitmap().toString());
            TaskResult again = prefill.store(keys, Chunks.buffers(keys, 70_000));
            assertTrue(again.success(), again.toString());
            assertEquals("010", again.moved().toString());
            assertEquals("010", decode.lookup(keys).bitmap().and(again.moved()).toString());
        }
    }

    @Test
    @DisplayName("case 43: a bit that turns in a key makes nothing visible under another name; the store succeeds over the next connection")
    void flippedKey() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", 3);
        try (L2Adapter receiver = Pd.receiver(8 << 20, new HoldingsRef());
                Relay proxy = new Relay(Pd.port(receiver, "peer_init_port"), flipping(keys.get(1).contentHash()));
                L2Adapter sender = Pd.sender("[" + proxy.port() + "]", "[" + Pd.port(receiver, "peer_alloc_port") + "]",
                        "transfer_channel", "tcp");
                Caller prefill = new Caller(sender)) {
            TaskResult result = prefill.store(keys, Chunks.buffers(keys, 70_000));
            assertTrue(result.success(), result.toString());
            assertEquals(Set.copyOf(keys), Set.copyOf(receiver.listKeys(Optional.empty(), 10).keys()));
            assertEquals("1", sender.status().details().get("links_lost"));
        }
    }
}
