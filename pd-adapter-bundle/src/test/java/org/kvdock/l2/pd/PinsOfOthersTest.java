package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;

/** Two senders whose requests have one id: what is kept for one of them does not end with the other's. */
class PinsOfOthersTest {
    private static final int CHUNK = 1 << 10;
    private static final int ROOM = 4;
    private static final ObjectKey IN_L1 = Chunks.key("in L1");

    private final TestHoldings host = new TestHoldings();
    private final HoldingsRef holdings = new HoldingsRef();
    private final L2Adapter receiver = Pd.receiver(ROOM * CHUNK, holdings, "transfer_channel", "tcp");
    private final RawLink one;
    private final RawLink other;
    private final long epoch;

    PinsOfOthersTest() throws IOException {
        host.hold(List.of(IN_L1));
        holdings.set(host);
        one = RawLink.to(Pd.port(receiver, "peer_init_port"));
        other = RawLink.to(Pd.port(receiver, "peer_init_port"));
        epoch = one.greet(1, "tcp").epoch();
        other.greet(2, "tcp");
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        other.close();
        receiver.close();
    }

    private static void reserve(RawLink link, long epoch, long id, String request, List<ObjectKey> keys) throws IOException {
        link.send(RawLink.reserve(id, epoch, request, keys.size(), keys, CHUNK));
    }

    /** Waits until the receiver has dealt with all that was sent to it. */
    private static void settle(RawLink link) throws IOException {
        link.send(new Message.Heartbeat(new long[0]));
        while (!(link.receiveAny() instanceof Message.Heartbeat)) {
            // what it had to say before
        }
    }

    /** The one request finds its chunk in L1. */
    private void oneIsServedFromL1() throws IOException {
        reserve(one, epoch, 1, "r", List.of(IN_L1));
        assertArrayEquals(new int[] {0}, one.receive(Message.Alloc.class).alreadySent());
        assertEquals(Set.of(IN_L1), host.pinned("r"));
    }

    /** The other request finds no room. */
    private static void otherWaits(RawLink link, long epoch) throws IOException {
        reserve(link, epoch, 1, "full", Chunks.keys("full", ROOM));
        link.receive(Message.Alloc.class);
        reserve(link, epoch, 2, "r", Chunks.keys("late", 1));
        settle(link);
    }

    @Test
    @DisplayName("case 44: a request that finds no room takes no pins in L1 from one of the same id")
    void noRoom() throws IOException {
        oneIsServedFromL1();
        otherWaits(other, epoch);
        assertEquals(Set.of(IN_L1), host.pinned("r"));
    }

    @Test
    @DisplayName("case 52: cancelling a request takes no pins in L1 from another sender's of the same id")
    void cancelled() throws IOException {
        oneIsServedFromL1();
        reserve(other, epoch, 1, "r", List.of(IN_L1));
        assertArrayEquals(new int[] {0}, other.receive(Message.Alloc.class).alreadySent());
        other.send(new Message.Cancel("r"));
        settle(other);
        assertEquals(Set.of(IN_L1), host.pinned("r"));
        one.send(new Message.Cancel("r"));
        settle(one);
        assertEquals(Set.of(), host.pinned("r"));
    }

    @Test
    @DisplayName("case 46: a request that waits for room at one receiver is not read at another one of the same host")
    void otherReceiver() throws IOException {
        HoldingsRef beside = new HoldingsRef();
        beside.set(host);
        try (L2Adapter second = Pd.receiver(ROOM * CHUNK, beside, "transfer_channel", "tcp");
                RawLink link = RawLink.to(Pd.port(second, "peer_init_port"))) {
            ObjectKey key = Chunks.key("staged");
            byte[] content = Chunks.content(key, CHUNK);
            reserve(one, epoch, 1, "r", List.of(key));
            long slot = one.receive(Message.Alloc.class).slots()[0];
            byte[] frame = RawLink.dataFrame(slot, epoch, content);
            one.send(frame, 0, frame.length);
            one.send(new Message.Commit(
                    1, epoch, new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(content)}));
            assertArrayEquals(new long[] {slot}, one.receive(Message.CommitAck.class).stored());
            otherWaits(link, link.greet(3, "tcp").epoch());
            settle(one);
            assertEquals(1, receiver.usage().objects());
        }
    }
}
