package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Strangers without security who are slow, on each port; {@code SecuredLinkTest} and {@code SecuredAllocPortTest} have them with it. */
class SlowPeersTest {
    /** Sends a byte a second for as long as the other side reads. */
    private static void trickle(ScheduledExecutorService seconds, Socket socket, byte[] bytes) {
        int[] next = {0};
        seconds.scheduleAtFixedRate(() -> {
            try {
                socket.getOutputStream().write(bytes[next[0]++]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, 0, 1, TimeUnit.SECONDS);
    }

    private static Socket knock(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Caller.patience().toMillis());
        return socket;
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Whatever it says before it ends.
            }
        } catch (SocketException e) {
            // Reset.
        }
    }

    @Test
    @DisplayName("case 57: one byte a second, half a hello and silence end by themselves on each port, with one line for each, and hold nobody up")
    void endsByItself() throws Exception {
        ScheduledExecutorService seconds = Executors.newScheduledThreadPool(1);
        byte[] hello = FrameHeader.frame(MessageCodec.encode(new Message.Hello(Limits.VERSION, "slow", 1, 0, List.of("tcp")))).array();
        byte[] greeting = ByteBuffer.allocate(64).put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).array();
        try (Warnings warnings = new Warnings();
                L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp");
                L2Adapter sender = Pd.sender(receiver);
                Caller prefill = new Caller(sender)) {
            int init = Pd.port(receiver, "peer_init_port");
            int alloc = Pd.port(receiver, "peer_alloc_port");
            try (Socket slowInit = knock(init); Socket halfInit = knock(init); Socket silentInit = knock(init);
                    Socket slowAlloc = knock(alloc); Socket halfAlloc = knock(alloc); Socket silentAlloc = knock(alloc)) {
                trickle(seconds, slowInit, hello);
                halfInit.getOutputStream().write(hello, 0, hello.length / 2);
                trickle(seconds, slowAlloc, greeting);
                halfAlloc.getOutputStream().write(greeting, 0, 40);
                List<ObjectKey> keys = Chunks.keys("k", 2);
                assertTrue(prefill.store(keys, Chunks.buffers(keys, 100)).success());
                assertEquals("11", prefill.lookup(keys).bitmap().toString());
                for (Socket socket : List.of(slowInit, halfInit, silentInit, slowAlloc, halfAlloc, silentAlloc)) {
                    awaitEnd(socket);
                }
                assertEquals("11", prefill.lookup(keys).bitmap().toString());
            }
            // One line for each port and kind, and the others are counted.
            Waiting.until("six refusals", () -> Integer.parseInt(receiver.status().details().get("refused")) >= 6);
            warnings.await("no hello within 3000 ms");
            warnings.await("no message that may come in within 10 s");
            assertEquals(2, warnings.lines("refused 127.0.0.1").size(), warnings.lines().toString());
        } finally {
            seconds.shutdownNow();
        }
    }
}
