package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A sender that stops between any two steps of a transfer, seen from the receiver. */
class SenderStopsTest {
    private static final int CHUNK = 50_000;
    private static final int SHORT_LEASE = 1500;
    private static final int LONG_LEASE = 300_000;
    private static final ObjectKey KEY = Chunks.key("k");
    private static final byte[] CONTENT = Chunks.content(KEY, CHUNK);

    /** The last thing that the sender does. */
    enum Step {
        NOTHING, HALF_A_HELLO, HELLO, HALF_A_RESERVE, RESERVE, HALF_A_DATA_HEADER, HALF_THE_DATA, ALL_THE_DATA, HALF_A_COMMIT,
        COMMIT, COMMIT_ACK
    }

    /** How it stops. */
    enum Stop {
        /** Its process dies: the connection ends. */
        DIES,
        /** It hangs: the connection stays, and nothing comes any more. */
        HANGS
    }

    private L2Adapter receiver;
    private Caller decode;
    private RawLink link;

    private void open(int leaseMillis) throws IOException {
        receiver = Pd.receiver(
                2 * grains(CHUNK), new HoldingsRef(), "transfer_channel", "tcp", "reservation_lease_ms", leaseMillis,
                "heartbeat_ms", 100);
        decode = new Caller(receiver);
        link = RawLink.to(Pd.port(receiver, "peer_init_port"));
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        decode.close();
        receiver.close();
    }

    static Stream<Arguments> everyStep() {
        return Stream.of(Step.values()).flatMap(step -> Stream.of(Stop.values()).map(stop -> Arguments.of(step, stop)));
    }

    @ParameterizedTest(name = "case 42: after {0} the sender {1}")
    @MethodSource("everyStep")
    @DisplayName("case 42, 47: wherever the sender stops, its chunk is whole or absent, and what it had reserved comes back")
    void stops(Step last, Stop how) throws IOException {
        open(how == Stop.DIES ? LONG_LEASE : SHORT_LEASE);
        drive(last);
        if (how == Stop.DIES) {
            link.close();
        }
        boolean committed = last.compareTo(Step.COMMIT) >= 0;
        Waiting.until("the chunk or its absence", () -> receiver.usage().objects() == (committed ? 1 : 0));
        int taken = committed ? grains(CHUNK) : 0;
        String free = Long.toString(Long.parseLong(receiver.status().details().get("staging_bytes")) - taken);
        Waiting.until("the room", () -> receiver.status().details().get("staging_free_bytes").equals(free));
        assertEquals(committed ? "1" : "0", decode.lookup(List.of(KEY)).bitmap().toString());
        if (committed) {
            KvBuffer into = KvBuffer.allocate(CHUNK);
            assertEquals("1", decode.load(List.of(KEY), List.of(into)).bitmap().toString());
            assertArrayEquals(CONTENT, Chunks.bytes(into));
        }
        // Others are not held up, and the same key can be sent again.
        try (L2Adapter next = Pd.sender(receiver); Caller prefill = new Caller(next)) {
            TaskResult result = prefill.store(List.of(KEY), Chunks.buffers(List.of(KEY), CHUNK));
            assertTrue(result.success(), result.toString());
            assertEquals(committed ? 0 : CHUNK, result.bytesMoved());
        }
    }

    private static int grains(int bytes) {
        return (bytes + 63) / 64 * 64;
    }

    private void drive(Step last) throws IOException {
        Message.Welcome welcome = null;
        long slot = 0;
        for (Step step : Step.values()) {
            if (step.compareTo(last) > 0) {
                return;
            }
            switch (step) {
                case HALF_A_HELLO -> half(new Message.Hello(Limits.VERSION, "raw", 1, 0, List.of("tcp")), last, step);
                case HELLO -> welcome = link.greet(1, "tcp");
                case HALF_A_RESERVE -> half(RawLink.reserve(0, welcome.epoch(), "", 1, List.of(KEY), CHUNK), last, step);
                case RESERVE -> {
                    link.send(RawLink.reserve(0, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
                    slot = link.receive(Message.Alloc.class).slots()[0];
                }
                case HALF_A_DATA_HEADER, HALF_THE_DATA, ALL_THE_DATA -> {
                    byte[] frame = RawLink.dataFrame(slot, welcome.epoch(), CONTENT);
                    int until = step == Step.HALF_A_DATA_HEADER ? 11 : step == Step.HALF_THE_DATA ? CHUNK / 2 : frame.length;
                    if (last == step) {
                        link.send(frame, 0, until);
                    } else if (step == Step.ALL_THE_DATA) {
                        link.send(frame, 0, until);
                    }
                }
                case HALF_A_COMMIT -> half(commit(welcome, slot), last, step);
                case COMMIT -> link.send(commit(welcome, slot));
                case COMMIT_ACK -> assertEquals(1, link.receive(Message.CommitAck.class).stored().length);
                case NOTHING -> { }
            }
        }
    }

    private static Message.Commit commit(Message.Welcome welcome, long slot) {
        return new Message.Commit(
                0, welcome.epoch(), new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(CONTENT)});
    }

    /** Writes and commits the chunk, and sees that it is stored. */
    private static void complete(RawLink link, Message.Welcome welcome, long id, long slot) throws IOException {
        byte[] frame = RawLink.dataFrame(slot, welcome.epoch(), CONTENT);
        link.send(frame, 0, frame.length);
        link.send(new Message.Commit(
                id, welcome.epoch(), new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(CONTENT)}));
        assertArrayEquals(new long[] {slot}, link.receive(Message.CommitAck.class).stored());
    }

    private void half(Message message, Step last, Step step) throws IOException {
        if (last == step) {
            byte[] frame = FrameHeader.frame(org.kvdock.l2.pd.wire.MessageCodec.encode(message)).array();
            link.send(frame, 0, frame.length / 2);
        }
    }

    @Test
    @DisplayName("case 45, 47: of two senders with one key the second waits for the first, and sends itself when that one dies")
    void nextInLine() throws IOException {
        open(LONG_LEASE);
        Message.Welcome welcome = link.greet(1, "tcp");
        link.send(RawLink.reserve(0, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
        assertEquals(1, link.receive(Message.Alloc.class).slots().length);
        try (RawLink second = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            second.greet(2, "tcp");
            second.send(RawLink.reserve(5, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
            Message.Alloc waits = second.receive(Message.Alloc.class);
            assertEquals(0, waits.slots().length + waits.alreadySent().length);
            link.close();
            Message.Alloc turn = second.receive(Message.Alloc.class);
            assertEquals(5, turn.id());
            complete(second, welcome, 5, turn.slots()[0]);
        }
    }

    @Test
    @DisplayName("case 47: a sender that dies between two batches of a request leaves what it committed, and no room is held for the rest")
    void breaksOff() throws IOException {
        open(SHORT_LEASE);
        Message.Welcome welcome = link.greet(1, "tcp");
        link.send(RawLink.reserve(0, welcome.epoch(), "r", 2, List.of(KEY), CHUNK));
        long slot = link.receive(Message.Alloc.class).slots()[0];
        assertEquals("0", receiver.status().details().get("staging_free_bytes"), "room for both is reserved");
        complete(link, welcome, 0, slot);
        link.close();
        Waiting.until("the room of the second chunk", () -> receiver.status().details().get("staging_free_bytes")
                .equals(Integer.toString(grains(CHUNK))));
        List<ObjectKey> pressing = Chunks.keys("pressing", 2);
        try (L2Adapter next = Pd.sender(receiver); Caller prefill = new Caller(next)) {
            assertEquals("1", decode.lookup(List.of(KEY)).bitmap().toString());
            receiver.submitUnlock(List.of(KEY));
            assertTrue(prefill.store(pressing, Chunks.buffers(pressing, CHUNK)).success(), "what was committed gives way");
        }
        assertEquals("0", decode.lookup(List.of(KEY)).bitmap().toString());
    }

    @Test
    @DisplayName("case 47: a lease ends while the sender lives: it is told, its late data and commit are refused, others get the room")
    void leaseEnds() throws IOException {
        open(SHORT_LEASE);
        Message.Welcome welcome = link.greet(1, "tcp");
        link.send(RawLink.reserve(7, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
        long slot = link.receive(Message.Alloc.class).slots()[0];
        byte[] first = RawLink.dataFrame(slot, welcome.epoch(), 0, Arrays.copyOf(CONTENT, 10_000));
        link.send(first, 0, first.length);
        // Alive, but not for this transfer.
        Message answer;
        do {
            link.send(new Message.Heartbeat(new long[0]));
            answer = link.receiveAny();
        } while (answer instanceof Message.Heartbeat);
        assertEquals(new Message.Lapsed(7), answer);
        byte[] rest = RawLink.dataFrame(slot, welcome.epoch(), 10_000, Arrays.copyOfRange(CONTENT, 10_000, CHUNK));
        link.send(rest, 0, rest.length);
        link.send(new Message.Commit(
                7, welcome.epoch(), new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(CONTENT)}));
        Message.CommitAck ack = link.receive(Message.CommitAck.class);
        assertArrayEquals(new long[] {slot}, ack.refused());
        assertEquals(0, receiver.usage().objects());
        Waiting.until("the room", () -> receiver.status().details().get("staging_free_bytes")
                .equals(receiver.status().details().get("staging_bytes")));
    }

    @Test
    @DisplayName("case 47: heartbeats that name a transfer keep its lease")
    void heartbeatsRenew() throws IOException {
        open(SHORT_LEASE);
        Message.Welcome welcome = link.greet(1, "tcp");
        link.send(RawLink.reserve(7, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
        long slot = link.receive(Message.Alloc.class).slots()[0];
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 2 * SHORT_LEASE * 1_000_000L) {
            link.send(new Message.Heartbeat(new long[] {7}));
            assertTrue(link.receiveAny() instanceof Message.Heartbeat);
        }
        complete(link, welcome, 7, slot);
    }

    @Test
    @DisplayName("case 48: another epoch's reservation, data and commit are refused")
    void staleEpoch() throws IOException {
        open(LONG_LEASE);
        Message.Welcome welcome = link.greet(1, "tcp");
        link.send(RawLink.reserve(1, welcome.epoch() + 1, "", 1, List.of(KEY), CHUNK));
        assertTrue(link.receive(Message.Refused.class).text().contains("epoch"));
        link.send(RawLink.reserve(2, welcome.epoch(), "", 1, List.of(KEY), CHUNK));
        long slot = link.receive(Message.Alloc.class).slots()[0];
        byte[] stale = RawLink.dataFrame(slot, welcome.epoch() + 1, new byte[CHUNK]);
        link.send(stale, 0, stale.length);
        byte[] right = RawLink.dataFrame(slot, welcome.epoch(), CONTENT);
        link.send(right, 0, right.length);
        int sum = RawLink.checksum(CONTENT);
        link.send(new Message.Commit(2, welcome.epoch() + 1, new long[] {slot}, new int[] {CHUNK}, new int[] {sum}));
        assertTrue(link.receive(Message.CommitAck.class).text().contains("epoch"));
        assertEquals(0, receiver.usage().objects());
        link.send(new Message.Commit(2, welcome.epoch(), new long[] {slot}, new int[] {CHUNK}, new int[] {sum}));
        assertArrayEquals(new long[] {slot}, link.receive(Message.CommitAck.class).stored());
        assertEquals(Integer.toString(CHUNK), receiver.status().details().get("stale_bytes"));
    }

    @Test
    @DisplayName("case 49: a sender that comes back takes its own place: the half-open connection before it is ended, and holds nothing")
    void senderComesBack() throws IOException {
        open(LONG_LEASE);
        Message.Welcome welcome = link.greet(77, "tcp");
        link.send(RawLink.reserve(0, welcome.epoch(), "", 2, Chunks.keys("all", 2), CHUNK));
        assertEquals(2, link.receive(Message.Alloc.class).slots().length);
        try (RawLink again = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            again.greet(77, "tcp");
            link.awaitEnd();
            again.send(RawLink.reserve(0, welcome.epoch(), "", 2, Chunks.keys("other", 2), CHUNK));
            assertEquals(2, again.receive(Message.Alloc.class).slots().length);
        }
    }

    @Test
    @DisplayName("case 52: a cancel by one sender removes nothing of another's, nothing that is locked, and nothing that another needs")
    void cancelIsOnesOwn() throws IOException {
        open(LONG_LEASE);
        TestHoldings host = new TestHoldings();
        HoldingsRef holdings = new HoldingsRef();
        holdings.set(host);
        try (L2Adapter shared = Pd.receiver(4 * 64, holdings, "transfer_channel", "tcp");
                Caller reader = new Caller(shared);
                RawLink one = RawLink.to(Pd.port(shared, "peer_init_port"));
                RawLink two = RawLink.to(Pd.port(shared, "peer_init_port"))) {
            List<ObjectKey> mine = Chunks.keys("mine", 2);
            List<ObjectKey> theirs = Chunks.keys("theirs", 2);
            Message.Welcome welcome = one.greet(1, "tcp");
            store(one, welcome, "same-name", mine);
            two.greet(2, "tcp");
            store(two, welcome, "same-name", theirs);
            assertTrue(reader.lookup(mine.subList(0, 1)).bitmap().all());
            // The second sender's other request needs one of the first one's chunks too.
            two.send(RawLink.reserve(5, welcome.epoch(), "needs", 1, mine.subList(1, 2), 64));
            assertEquals(1, two.receive(Message.Alloc.class).alreadySent().length);
            one.send(new Message.Cancel("same-name"));
            // Staging is full: only what was given up may make room, and it is locked or needed.
            one.send(RawLink.reserve(6, welcome.epoch(), "presses", 1, Chunks.keys("new", 1), 64));
            one.send(new Message.Heartbeat(new long[0]));
            assertTrue(one.receiveAny() instanceof Message.Heartbeat, "there is no room");
            assertEquals(4, shared.usage().objects());
            shared.submitUnlock(mine.subList(0, 1));
            assertEquals(6, one.receive(Message.Alloc.class).id());
            assertEquals("01", reader.lookup(mine).bitmap().toString());
            assertEquals("11", reader.lookup(theirs).bitmap().toString());
        }
    }

    private static void store(RawLink link, Message.Welcome welcome, String request, List<ObjectKey> keys) throws IOException {
        link.send(RawLink.reserve(1, welcome.epoch(), request, keys.size(), keys, 64));
        long[] slots = link.receive(Message.Alloc.class).slots();
        int[] sums = new int[slots.length];
        int[] lengths = new int[slots.length];
        Arrays.fill(lengths, 64);
        for (int i = 0; i < slots.length; i++) {
            byte[] content = Chunks.content(keys.get(i), 64);
            byte[] frame = RawLink.dataFrame(slots[i], welcome.epoch(), content);
            link.send(frame, 0, frame.length);
            sums[i] = RawLink.checksum(content);
        }
        link.send(new Message.Commit(1, welcome.epoch(), slots, lengths, sums));
        assertEquals(slots.length, link.receive(Message.CommitAck.class).stored().length);
    }
}
