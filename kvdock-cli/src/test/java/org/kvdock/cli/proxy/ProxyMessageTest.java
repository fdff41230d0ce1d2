package org.kvdock.cli.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

class ProxyMessageTest {
    @Test
    @DisplayName("arrival and failure are told apart, other fields are skipped")
    void parses() throws IOException {
        assertEquals(new ProxyMessage("17", false), ProxyMessage.parse(message("ProxyNotif", "17")));
        assertEquals(new ProxyMessage("17", true), ProxyMessage.parse(message("ProxyFailed", "17")));
    }

    @Test
    @DisplayName("what is no message is refused, cut and damaged ones too")
    void refuses() throws IOException {
        byte[] good = message("ProxyNotif", "17");
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(IOException.class, () -> ProxyMessage.parse(cut), length + " bytes");
        }
        assertThrows(IOException.class, () -> ProxyMessage.parse(message("Other", "17")));
        assertThrows(IOException.class, () -> ProxyMessage.parse(message("ProxyNotif", "")));
        assertThrows(IOException.class, () -> ProxyMessage.parse(message("ProxyNotif", "x".repeat(257))));
        assertThrows(IOException.class, () -> ProxyMessage.parse(new byte[ProxyMessage.MAX_BYTES + 1]));
    }

    @Test
    @DisplayName("what a stranger sends is not quoted, or it could write lines of its own into the log")
    void notQuoted() throws IOException {
        for (byte[] message : List.of(message("x\nall is well\u001b[2J", "17"), message("ProxyNotif", "all is well".repeat(30)))) {
            IOException refused = assertThrows(IOException.class, () -> ProxyMessage.parse(message));
            assertFalse(refused.getMessage().contains("all is well"), refused.getMessage());
        }
    }

    @Test
    @DisplayName("random bytes end in an answer or an IOException, never in another one")
    void random() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = message("ProxyNotif", "17");
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                ProxyMessage.parse(bytes);
            } catch (IOException e) {
                continue;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
            }
        }
    }

    private static byte[] message(String type, String requestId) throws IOException {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            out.packMapHeader(3);
            out.packString("more").packArrayHeader(2).packInt(1).packNil();
            out.packString("type").packString(type);
            out.packString("req_id").packString(requestId);
            return out.toByteArray();
        }
    }
}
