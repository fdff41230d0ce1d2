package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A receiver that stops between any two steps of a transfer, seen from the sender. */
class ReceiverStopsTest {
    private static final int CHUNK = 50_000;
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 2);
    /** What the sender waits for the receiver is three of these, in which this test must answer on a busy machine too. */
    private static final int HEARTBEAT_MILLIS = 500;
    /** The same: by then the commit has gone out. */
    private static final int DEADLINE_MILLIS = 4000;
    /** Longer than any of these tests takes. */
    private static final int PATIENT_MILLIS = 60_000;

    /** The last thing that the receiver does on its first connection. */
    enum Step {
        ACCEPT, HALF_A_WELCOME, WELCOME, HALF_AN_ALLOC, ALLOC, HALF_A_DATA_FRAME, HALF_A_COMMIT_ACK
    }

    /** How it stops. */
    enum Stop {
        /** Its process dies: the connection ends. */
        DIES,
        /** It hangs: the connection stays, and nothing comes any more. */
        HANGS
    }

    private final ServerSocket port;
    private final L2Adapter sender;
    private final Caller prefill;
    private RawLink link;

    ReceiverStopsTest() throws IOException {
        port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        port.setSoTimeout((int) Caller.patience().toMillis());
        sender = sender(PATIENT_MILLIS);
        prefill = new Caller(sender);
    }

    private L2Adapter sender(int deadlineMillis) {
        return Pd.sender(
                "[" + port.getLocalPort() + "]", "[" + Pd.deadPort() + "]", "transfer_channel", "tcp",
                "heartbeat_ms", HEARTBEAT_MILLIS, "store_timeout_ms", deadlineMillis, "close_grace_ms", 1);
    }

    @AfterEach
    void close() throws IOException {
        prefill.close();
        sender.close();
        link.close();
        port.close();
    }

    static Stream<Arguments> everyStep() {
        return Stream.of(Step.values()).flatMap(step -> Stream.of(Stop.values()).map(stop -> Arguments.of(step, stop)));
    }

    @ParameterizedTest(name = "case 42: after {0} the receiver {1}")
    @MethodSource("everyStep")
    @DisplayName("case 42, 48: wherever the receiver stops, the sender connects again and the task succeeds with whoever answers then")
    void stopsAndComesBack(Step last, Stop how) throws IOException {
        long id = sender.submitStoreTask(KEYS, Chunks.buffers(KEYS, CHUNK));
        link = new RawLink(port.accept());
        RawLink first = link;
        drive(1, last, new int[0]);
        if (how == Stop.DIES) {
            link.close();
        }
        link = new RawLink(port.accept());
        drive(2, null, new int[0]);
        TaskResult result = prefill.await(TaskKind.STORE, id);
        assertTrue(result.success(), result.toString());
        assertEquals(2 * CHUNK, result.bytesMoved());
        assertTrue(sender.status().healthy());
        first.close();
    }

    @Test
    @DisplayName("case 51: a lost acknowledgement: the sender asks again, is told that it is there, and counts the bytes that it moved")
    void lostAcknowledgement() throws IOException {
        long id = sender.submitStoreTask(KEYS, Chunks.buffers(KEYS, CHUNK));
        link = new RawLink(port.accept());
        drive(1, Step.HALF_A_COMMIT_ACK, new int[0]);
        link.close();
        link = new RawLink(port.accept());
        drive(1, null, new int[] {0, 1});
        TaskResult result = prefill.await(TaskKind.STORE, id);
        assertTrue(result.success(), result.toString());
        assertEquals("11", result.moved().toString());
        assertEquals(2 * CHUNK, result.bytesMoved());
    }

    @Test
    @DisplayName("R8, R12: a receiver that hangs after the commit went out: at the deadline its keys are unconfirmed")
    void unconfirmed() throws IOException {
        try (L2Adapter hasty = sender(DEADLINE_MILLIS); Caller caller = new Caller(hasty)) {
            long id = hasty.submitStoreTask(KEYS, Chunks.buffers(KEYS, CHUNK));
            link = new RawLink(port.accept());
            drive(1, Step.HALF_A_COMMIT_ACK, new int[0]);
            TaskResult result = caller.await(TaskKind.STORE, id);
            assertEquals(TaskOutcome.TIMEOUT, result.outcome());
            assertEquals("00", result.bitmap().toString());
            assertEquals("11", result.unconfirmed().toString());
        }
    }

    @Test
    @DisplayName("case 50: a dead receiver delays no task to another one")
    void deadReceiverDelaysNobody() throws IOException {
        long start = System.nanoTime();
        sender.submitStoreTask(KEYS, Chunks.buffers(KEYS, CHUNK));
        link = new RawLink(port.accept());
        try (L2Adapter alive = Pd.receiver(1 << 20, new HoldingsRef());
                L2Adapter other = Pd.sender(alive);
                Caller caller = new Caller(other)) {
            for (int i = 0; i < 50; i++) {
                List<ObjectKey> keys = Chunks.keys("other-" + i, 1);
                assertTrue(caller.store(keys, Chunks.buffers(keys, 100)).success());
            }
        }
        long tookMillis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(tookMillis < PATIENT_MILLIS, "all 50 took " + tookMillis + " ms, longer than the dead one's deadline");
        assertEquals(1, sender.status().inFlight().get(TaskKind.STORE).tasks());
    }

    @Test
    @DisplayName("a receiver that speaks another version, or refuses, is told by status with its own words")
    void refuses() throws IOException {
        sender.submitStoreTask(KEYS, Chunks.buffers(KEYS, CHUNK));
        link = new RawLink(port.accept());
        link.receive(Message.Hello.class);
        link.send(new Message.Refused(0, ErrorCode.PEER_REFUSED, "not today"));
        Waiting.until("the refusal", () -> sender.status().lastError().isPresent());
        assertTrue(sender.status().lastError().get().text().contains("not today"), sender.status().toString());
        link.close();
        link = new RawLink(port.accept());
        link.receive(Message.Hello.class);
        link.send(new Message.Welcome(Limits.VERSION + 1, 1, "tcp", 1 << 20, 1 << 20, 1000));
        link.awaitEnd();
        Waiting.until("the version", () -> sender.status().lastError().get().text().contains("version"));
    }

    // ---- a receiver by hand ----

    private void drive(long epoch, Step last, int[] here) throws IOException {
        if (last == Step.ACCEPT) {
            return;
        }
        link.receive(Message.Hello.class);
        Message.Welcome welcome = new Message.Welcome(Limits.VERSION, epoch, "tcp", 1 << 20, 1 << 20, 10_000);
        if (last == Step.HALF_A_WELCOME) {
            half(welcome);
            return;
        }
        link.send(welcome);
        if (last == Step.WELCOME) {
            return;
        }
        Message.Reserve reserve = link.receive(Message.Reserve.class);
        assertEquals(epoch, reserve.epoch());
        int[] wanted = IntStream.range(0, 2).filter(i -> IntStream.of(here).noneMatch(h -> h == i)).toArray();
        long[] slots = IntStream.of(wanted).mapToLong(i -> 100 * epoch + i).toArray();
        Message.Alloc alloc = new Message.Alloc(reserve.id(), wanted, slots, new long[0], new long[0], here);
        if (last == Step.HALF_AN_ALLOC) {
            half(alloc);
            return;
        }
        link.send(alloc);
        if (last == Step.ALLOC || wanted.length == 0) {
            return;
        }
        if (last == Step.HALF_A_DATA_FRAME) {
            link.receiveHalfOfADataFrame();
            return;
        }
        Message.Commit commit = link.receive(Message.Commit.class);
        assertEquals(epoch, commit.epoch());
        Message.CommitAck ack = new Message.CommitAck(commit.id(), commit.slots(), new long[0], ErrorCode.NONE, "");
        if (last == Step.HALF_A_COMMIT_ACK) {
            half(ack);
            return;
        }
        link.send(ack);
    }

    private void half(Message message) throws IOException {
        byte[] frame = org.kvdock.l2.pd.wire.FrameHeader.frame(org.kvdock.l2.pd.wire.MessageCodec.encode(message)).array();
        link.send(frame, 0, frame.length / 2);
    }
}
