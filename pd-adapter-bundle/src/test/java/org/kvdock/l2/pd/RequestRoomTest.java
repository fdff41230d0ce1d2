package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;

/** Room that a request has reserved comes back, whatever its sender does in the meantime; a host says when it is read. */
class RequestRoomTest {
    private static final int CHUNK = 1 << 10;
    private static final int ROOM = 8;
    private static final String ALL = Integer.toString(ROOM * CHUNK);

    private final HoldingsRef holdings = new HoldingsRef();
    private final L2Adapter receiver = Pd.receiver(ROOM * CHUNK, holdings, "transfer_channel", "tcp");
    private final List<ObjectKey> keys = Chunks.keys("k", ROOM);
    private RawLink link;
    private long epoch;

    @BeforeEach
    void open() throws IOException {
        holdings.set(new TestHoldings());
        link = RawLink.to(Pd.port(receiver, "peer_init_port"));
        epoch = link.greet(1, "tcp").epoch();
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        receiver.close();
    }

    private void reserve(long id, String request, int total, List<ObjectKey> batch) throws IOException {
        link.send(RawLink.reserve(id, epoch, request, total, batch, CHUNK));
    }

    private long[] granted(long id) throws IOException {
        Message.Alloc alloc = link.receive(Message.Alloc.class);
        assertEquals(id, alloc.id());
        return alloc.slots();
    }

    private void awaitFree(String bytes) {
        Waiting.until(bytes + " bytes to be free", () -> free().equals(bytes));
    }

    private String free() {
        return receiver.status().details().get("staging_free_bytes");
    }

    @Test
    @DisplayName("case 46: two batches of one request that wait for room at the same time get what the request needs, once")
    void batchesThatWaitTogether() throws IOException {
        reserve(10, "first", ROOM, keys);
        granted(10);
        reserve(1, "r", 4, Chunks.keys("one", 2));
        reserve(2, "r", 4, Chunks.keys("two", 2));
        link.send(new Message.Abort(10));
        link.send(new Message.Cancel("first"));
        granted(1);
        granted(2);
        assertEquals(Integer.toString((ROOM - 4) * CHUNK), free());
        link.send(new Message.Abort(1));
        link.send(new Message.Abort(2));
        link.send(new Message.Cancel("r"));
        awaitFree(ALL);
    }

    @Test
    @DisplayName("case 52: a request that is cancelled while a transfer of it is under way gives its room back when that ends")
    void cancelledUnderWay() throws IOException {
        reserve(1, "r", 2, keys.subList(0, 1));
        granted(1);
        link.send(new Message.Cancel("r"));
        link.send(new Message.Abort(1));
        awaitFree(ALL);
    }

    @Test
    @DisplayName("case 52: what is committed for a request after it was cancelled stays until its room is needed")
    void committedAfterCancel() throws IOException {
        reserve(1, "r", 1, keys.subList(0, 1));
        long slot = granted(1)[0];
        link.send(new Message.Cancel("r"));
        byte[] content = Chunks.content(keys.get(0), CHUNK);
        byte[] frame = RawLink.dataFrame(slot, epoch, content);
        link.send(frame, 0, frame.length);
        link.send(new Message.Commit(
                1, epoch, new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(content)}));
        assertArrayEquals(new long[] {slot}, link.receive(Message.CommitAck.class).stored());
        assertEquals(1, receiver.usage().objects());
        reserve(2, "s", ROOM, Chunks.keys("other", ROOM));
        assertEquals(ROOM, granted(2).length);
        assertEquals(0, receiver.usage().objects());
    }
}
