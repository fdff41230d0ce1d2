package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A sender that asks for more and more, and waits for all of it. */
class KeysUnderWayTest {
    private static final int KEYS = 4096;
    private static final int TRANSFERS = Limits.KEYS_UNDER_WAY / KEYS;

    @Test
    @DisplayName("R14: past the bound on keys under way a reservation is refused, the link stays, and what ends makes room")
    void bounded() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", KEYS);
        try (L2Adapter receiver = Pd.receiver(KEYS * 64, new HoldingsRef(), "transfer_channel", "tcp");
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            long epoch = link.greet(1, "tcp").epoch();
            for (int id = 1; id <= TRANSFERS; id++) {
                link.send(RawLink.reserve(id, epoch, "", KEYS, keys, 1));
            }
            assertEquals(1, link.receive(Message.Alloc.class).id());
            Message.Refused refused = oneMore(link, epoch, TRANSFERS + 1);
            assertEquals(TRANSFERS + 1, refused.id());
            assertEquals(ErrorCode.NO_ROOM, refused.code());
            assertTrue(refused.text().contains(Integer.toString(Limits.KEYS_UNDER_WAY)), refused.text());
            link.send(new Message.Abort(TRANSFERS));
            link.send(RawLink.reserve(TRANSFERS + 2, epoch, "", 1, keys.subList(0, 1), 1));
            // Only what is refused is answered: the others wait.
            assertEquals(TRANSFERS + 3, refusedAfter(link, epoch, TRANSFERS + 3));
        }
    }

    @Test
    @DisplayName("R14: all who ask on the alloc port together have the same bound")
    void allocPort() throws IOException {
        try (L2Adapter receiver = Pd.receiver(64L * Limits.ITEMS, new HoldingsRef(), "transfer_channel", "tcp");
                ZContext context = new ZContext();
                ZMQ.Socket socket = context.createSocket(SocketType.DEALER)) {
            socket.setReceiveTimeOut((int) Caller.patience().toMillis());
            // See ZmqLoop: without it a connection that JeroMQ loses is tried again after 30 s only.
            socket.setHandshakeIvl(300);
            socket.connect("tcp://127.0.0.1:" + Pd.port(receiver, "peer_alloc_port"));
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < Limits.ITEMS; i++) {
                keys.add("m@00000000@0@" + String.format("%08x", i));
            }
            byte[] request = new MessageWriter("AllocRequest", 3)
                    .texts("keys", keys).numbers("shape", 1).text("dtype", "uint8").bytes();
            for (int asked = 0; asked <= Limits.KEYS_UNDER_WAY / Limits.ITEMS; asked++) {
                socket.send(request);
            }
            // Before those who wait for room have waited in vain.
            assertEquals("AllocResponse", Fields.decode(socket.recv()).text("type", 64));
            Fields refused = Fields.decode(socket.recv());
            assertEquals("Error", refused.text("type", 64));
            String text = refused.text("text", Limits.TEXT_BYTES);
            assertTrue(text.startsWith("keys under way: ") && text.contains(Integer.toString(Limits.KEYS_UNDER_WAY)), text);
        }
    }

    private static Message.Refused oneMore(RawLink link, long epoch, long id) throws IOException {
        link.send(RawLink.reserve(id, epoch, "", 1, Chunks.keys("one more", 1), 1));
        return link.receive(Message.Refused.class);
    }

    private static long refusedAfter(RawLink link, long epoch, long id) throws IOException {
        link.send(RawLink.reserve(id, epoch, "", KEYS, Chunks.keys("many", KEYS), 1));
        return link.receive(Message.Refused.class).id();
    }
}
