package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.l2.BackPressureException;
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

/** Many tasks of one sender, and how it comes back to a receiver that goes; the receiver is played by hand. */
class SenderTasksTest {
    private static final int CHUNK = 1000;
    private static final int LEAST_PAUSE_MILLIS = 20;
    private static final int LONGEST_PAUSE_MILLIS = 160;

    private final ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private L2Adapter sender;
    private Caller prefill;

    SenderTasksTest() throws IOException {
        port.setSoTimeout((int) Caller.patience().toMillis());
    }

    private void open(Object... more) {
        Map<String, Object> config = Pd.config(
                "transfer_channel", "tcp", "reconnect_min_ms", LEAST_PAUSE_MILLIS, "reconnect_max_ms", LONGEST_PAUSE_MILLIS,
                "close_grace_ms", 1);
        config.putAll(Pd.config(more));
        List<Object> all = new ArrayList<>();
        config.forEach((key, value) -> Collections.addAll(all, key, value));
        sender = Pd.sender("[" + port.getLocalPort() + "]", "[" + Pd.deadPort() + "]", all.toArray());
        prefill = new Caller(sender);
    }

    @AfterEach
    void close() throws IOException {
        prefill.close();
        sender.close();
        port.close();
    }

    private long submit(String name) {
        List<ObjectKey> keys = Chunks.keys(name, 1);
        return sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
    }

    private RawLink welcomed() throws IOException {
        RawLink link = new RawLink(port.accept());
        link.receive(Message.Hello.class);
        link.send(new Message.Welcome(Limits.VERSION, 1, "tcp", 1 << 20, 1 << 20, 10_000));
        return link;
    }

    @Test
    @DisplayName("several tasks are in flight on one connection, and each completes when its own answers come, in whatever order")
    void severalInFlight() throws IOException {
        open();
        List<Long> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(submit("task-" + i));
        }
        try (RawLink link = welcomed()) {
            List<Message.Reserve> asked = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                asked.add(link.receive(Message.Reserve.class));
            }
            for (int i = tasks.size() - 1; i >= 0; i--) {
                assertEquals(i + 1, sender.status().inFlight().get(TaskKind.STORE).tasks());
                Message.Reserve reserve = asked.get(i);
                link.send(new Message.Alloc(
                        reserve.id(), new int[] {0}, new long[] {100 + i}, new long[0], new long[0], new int[0]));
                Message.Commit commit = link.receive(Message.Commit.class);
                assertEquals(reserve.id(), commit.id());
                link.send(new Message.CommitAck(commit.id(), commit.slots(), new long[0], ErrorCode.NONE, ""));
                TaskResult result = prefill.await(TaskKind.STORE, tasks.get(i));
                assertTrue(result.success() && result.bytesMoved() == CHUNK, result.toString());
            }
        }
    }

    @ParameterizedTest(name = "of {0} ms it waits for room for {1} ms at the most")
    @CsvSource({"600000, 540000", "4000, 3000", "1000, 500"})
    @DisplayName("R12: a receiver's 'no room' has a tenth of the task's time to arrive, a second if that is more, but half at the most")
    void waitsForRoom(int deadlineMillis, int mostMillis) throws IOException {
        open("store_timeout_ms", deadlineMillis);
        submit("k");
        try (RawLink link = welcomed()) {
            long wait = link.receive(Message.Reserve.class).waitMillis();
            assertTrue(wait > 0 && wait <= mostMillis, wait + " ms");
        }
    }

    @Test
    @DisplayName("R14: bytes in flight are bounded: past the bound a submit is refused by its name, and taken again when tasks have ended")
    void backPressure() throws IOException {
        open("max_bytes_in_flight", 3 * CHUNK, "store_timeout_ms", 3_000);
        List<Long> tasks = List.of(submit("a"), submit("b"), submit("c"));
        String refused = assertThrows(BackPressureException.class, () -> submit("d")).getMessage();
        assertTrue(refused.contains("max_bytes_in_flight") && refused.contains(Integer.toString(3 * CHUNK)), refused);
        assertEquals(3, sender.status().inFlight().get(TaskKind.STORE).tasks());
        // Nobody answers, so all end at their deadline; then there is room.
        for (long id : tasks) {
            assertEquals(TaskOutcome.TIMEOUT, prefill.await(TaskKind.STORE, id).outcome());
        }
        assertEquals(TaskOutcome.TIMEOUT, prefill.await(TaskKind.STORE, submit("d")).outcome());
    }

    @Test
    @DisplayName("R13: pauses between tries double up to the longest, status says when it tries next, and a welcome starts over")
    void growingPauses() throws IOException {
        open();
        submit("k");
        long before = 0;
        for (int pause : new int[] {0, 20, 40, 80, 160, 160}) {
            Socket taken = port.accept();
            long now = System.nanoTime();
            // A connection is taken when the sender connects, which is after its pause: that began with the end of the one before.
            assertTrue(before == 0 || now - before >= (pause - 1) * 1_000_000L, (now - before) / 1e6 + " ms, not " + pause);
            before = System.nanoTime();
            taken.close();
            int next = Math.min(LONGEST_PAUSE_MILLIS, pause == 0 ? LEAST_PAUSE_MILLIS : 2 * pause);
            Waiting.until("the pause of " + next + " ms", () -> sender.status().lastError()
                    .map(error -> error.text().contains("next try in " + next + " ms")).orElse(false));
        }
        welcomed().close();
        Waiting.until("the first pause again", () -> sender.status().lastError().orElseThrow().text()
                .contains("next try in " + LEAST_PAUSE_MILLIS + " ms"));
        assertEquals("1", sender.status().details().get("links_lost"));
    }
}
