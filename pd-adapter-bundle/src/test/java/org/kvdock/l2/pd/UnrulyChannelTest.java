package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.l2.tck.KitError;

/** A channel that others brought and that throws where it should not. */
class UnrulyChannelTest {
    /** Takes no piece, and throws when it is let go of. */
    private static final class Unruly implements TransferChannel {
        @Override
        public String name() {
            return "ucx";
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.empty();
        }

        @Override
        public ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException {
            throw new IOException("no receiver");
        }

        @Override
        public SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) {
            return new SendingEnd() {
                @Override
                public int pieceBytes() {
                    return 1024;
                }

                @Override
                public boolean hasRoom() {
                    return false;
                }

                @Override
                public void put(Piece piece, ByteBuffer bytes, Runnable arrived) {
                    throw new KitError("there was no room");
                }

                @Override
                public void close() {
                    throw new KitError("a close");
                }
            };
        }
    }

    @Test
    @DisplayName("R13: a channel that throws when it is closed does not keep its sender from coming back")
    void throwsAtClose() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", 1);
        FoundChannels found = new FoundChannels();
        found.add(new Unruly());
        try (ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port.setSoTimeout((int) Caller.patience().toMillis());
            Map<String, Object> config = Pd.config(
                    "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[" + port.getLocalPort() + "]",
                    "peer_alloc_port", "[" + Pd.deadPort() + "]", "reconnect_min_ms", 5, "reconnect_max_ms", 50);
            try (L2Adapter sender = Pd.adapter(config, new HoldingsRef(), found); Caller prefill = new Caller(sender)) {
                long task = sender.submitStoreTask(keys, Chunks.buffers(keys, 100));
                try (RawLink link = new RawLink(port.accept())) {
                    assertTrue(link.receive(Message.Hello.class).channels().contains("ucx"));
                    link.send(new Message.Welcome(Limits.VERSION, 7, "ucx", 1 << 20, 1 << 20, 10_000));
                    link.send(new Message.ChannelAddress(1, new byte[] {1}));
                    link.receive(Message.Reserve.class);
                }
                try (RawLink link = new RawLink(port.accept())) {
                    link.receive(Message.Hello.class);
                    link.send(new Message.Welcome(Limits.VERSION, 7, "tcp", 1 << 20, 1 << 20, 10_000));
                    long id = link.receive(Message.Reserve.class).id();
                    link.send(new Message.Alloc(id, new int[0], new long[0], new long[0], new long[0], new int[] {0}));
                    assertTrue(prefill.await(TaskKind.STORE, task).success());
                    assertEquals("1", sender.status().details().get("links_lost"));
                }
            }
        }
    }
}
