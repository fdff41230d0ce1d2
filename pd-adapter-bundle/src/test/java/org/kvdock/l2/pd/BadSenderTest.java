package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What a sender that was let in cannot do, whatever it sends. */
class BadSenderTest {
    private static final int CHUNK = 1000;
    private static final ObjectKey KEY = Chunks.keys("k", 1).get(0);
    private static final byte[] CONTENT = Chunks.content(KEY, CHUNK);

    private final L2Adapter receiver =
            Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp");
    private final Caller decode = new Caller(receiver);
    private RawLink good;
    private RawLink bad;
    private Message.Welcome welcome;

    @BeforeEach
    void open() throws IOException {
        good = RawLink.to(Pd.port(receiver, "peer_init_port"));
        bad = RawLink.to(Pd.port(receiver, "peer_init_port"));
        welcome = good.greet(1, "tcp");
        bad.greet(2, "tcp");
    }

    @AfterEach
    void close() throws IOException {
        good.close();
        bad.close();
        decode.close();
        receiver.close();
    }

    private static Message.Commit commit(Message.Welcome welcome, long id, long slot, byte[] content) {
        return new Message.Commit(
                id, welcome.epoch(), new long[] {slot}, new int[] {content.length}, new int[] {RawLink.checksum(content)});
    }

    private long reserve() throws IOException {
        good.send(RawLink.reserve(1, welcome.epoch(), "r", 1, List.of(KEY), CHUNK));
        return good.receive(Message.Alloc.class).slots()[0];
    }

    private void write(long slot) throws IOException {
        byte[] frame = RawLink.dataFrame(slot, welcome.epoch(), CONTENT);
        good.send(frame, 0, frame.length);
        good.send(commit(welcome, 1, slot, CONTENT));
        assertArrayEquals(new long[] {slot}, good.receive(Message.CommitAck.class).stored());
    }

    private void assertContent() {
        assertEquals("1", decode.lookup(List.of(KEY)).bitmap().toString());
        KvBuffer into = KvBuffer.allocate(CHUNK);
        assertEquals("1", decode.load(List.of(KEY), List.of(into)).bitmap().toString());
        assertArrayEquals(CONTENT, Chunks.bytes(into));
        receiver.submitUnlock(List.of(KEY));
    }

    /** Sends, and waits until the receiver has dealt with it: it answers, or has ended the connection. */
    private void answered(byte[] data, Message last) throws IOException {
        try {
            bad.send(data, 0, data.length);
            bad.send(last);
            bad.receive();
        } catch (IOException e) {
            // It may end the connection of one that breaks the protocol.
        }
    }

    @Test
    @DisplayName("case 56: a sender that guesses another's slot neither writes into it nor commits it")
    void anothersSlot() throws IOException {
        long slot = reserve();
        byte[] evil = new byte[CHUNK];
        answered(RawLink.dataFrame(slot, welcome.epoch(), evil), commit(welcome, 1, slot, evil));
        assertEquals(0, receiver.usage().objects());
        write(slot);
        assertContent();
    }

    @Test
    @DisplayName("case 56: what is committed is not written over, neither under its key nor in its slot, also by the one that sent it")
    void committed() throws IOException {
        long slot = reserve();
        write(slot);
        byte[] evil = new byte[CHUNK];
        bad.send(RawLink.reserve(7, welcome.epoch(), "s", 1, List.of(KEY), CHUNK));
        assertArrayEquals(new int[] {0}, bad.receive(Message.Alloc.class).alreadySent());
        answered(RawLink.dataFrame(slot, welcome.epoch(), evil), commit(welcome, 7, slot, evil));
        byte[] frame = RawLink.dataFrame(slot, welcome.epoch(), evil);
        good.send(frame, 0, frame.length);
        good.send(commit(welcome, 1, slot, evil));
        assertContent();
    }

    @Test
    @DisplayName("case 56: one that sends garbage after its hello loses its own connection, and what others had reserved stays theirs")
    void garbage() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        byte[] noise = new byte[10_000];
        new Random(seed).nextBytes(noise);
        // No length that could be one.
        Arrays.fill(noise, 0, 4, (byte) 0xff);
        long slot = reserve();
        try {
            bad.send(noise, 0, noise.length);
        } catch (IOException e) {
            // Ended already.
        }
        bad.awaitEnd();
        write(slot);
        assertContent();
    }

    @Test
    @DisplayName("case 47: room that a client of the alloc port has reserved, which can never commit it, comes back when its lease ends")
    void roomOfAClient() throws IOException {
        try (L2Adapter hasty = Pd.receiver(1 << 20, new HoldingsRef(), "reservation_lease_ms", 200);
                ZContext context = new ZContext();
                ZMQ.Socket socket = context.createSocket(SocketType.DEALER)) {
            String free = hasty.status().details().get("staging_free_bytes");
            socket.setReceiveTimeOut((int) Caller.patience().toMillis());
            // See ZmqLoop: without it a connection that JeroMQ loses is tried again after 30 s only.
            socket.setHandshakeIvl(300);
            socket.connect("tcp://127.0.0.1:" + Pd.port(hasty, "peer_alloc_port"));
            socket.send(new MessageWriter("AllocRequest", 3)
                    .texts("keys", List.of(KEY.toString())).numbers("shape", CHUNK).text("dtype", "uint8").bytes());
            byte[] answer = socket.recv();
            assertTrue(answer != null, "no answer");
            assertEquals(1, Fields.decode(answer).list("remote_indexes").size(), "nothing was reserved");
            Waiting.until("the room", () -> hasty.status().details().get("staging_free_bytes").equals(free));
        }
    }
}
