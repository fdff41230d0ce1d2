package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.ucx.NeedsUcx;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

/** What is left of a transfer over UCX when one side dies or stands still in the middle of it: this process, for one. */
@NeedsUcx
class UcxKillTest {
    private static final int KILLS = 5;
    private static final int CHUNK = UcxPeer.CHUNK;

    @Test
    @DisplayName("case 42: a sender that is killed while pieces are on their way leaves no slot held, nothing torn, and the next one is served")
    void senderKilled() throws Exception {
        try (L2Adapter receiver = Pd.receiver(
                        64L << 20, new HoldingsRef(), "transfer_channel", "ucx", "request_lease_ms", 2_000);
                Caller decode = new Caller(receiver)) {
            String all = receiver.status().details().get("staging_bytes");
            for (int kill = 0; kill < KILLS; kill++) {
                try (UcxProcess sender = new UcxProcess(
                        "sender", "[" + Pd.port(receiver, "peer_init_port") + "]", "[" + Pd.port(receiver, "peer_alloc_port") + "]")) {
                    for (int stored = 0; stored <= kill; stored++) {
                        assertEquals("4", sender.answer("stored"));
                    }
                    sender.kill();
                }
                Waiting.until("the end of the link", () -> receiver.status().details().get("senders").equals("0"));
                Waiting.until("all room", () -> receiver.status().details().get("staging_free_bytes").equals(all));
                try (L2Adapter next = Pd.sender(receiver, "transfer_channel", "ucx"); Caller prefill = new Caller(next)) {
                    List<ObjectKey> keys = Chunks.keys("after-" + kill, 3);
                    TaskResult result = prefill.store(keys, Chunks.buffers(keys, CHUNK));
                    assertTrue(result.success(), result.toString());
                    assertTrue(decode.lookup(keys).bitmap().all());
                    receiver.submitUnlock(keys);
                }
            }
            assertEquals("", receiver.status().details().get("channel_trouble"));
        }
    }

    @Test
    @DisplayName("case 50: a receiver that is killed while pieces are on their way costs its tasks their deadline at most; its successor is served over ucx")
    void receiverKilled() throws Exception {
        // Each receiver has ports of its own, and the sender one address for all of them.
        try (Relay init = new Relay(Pd.deadPort(), (connection, toServer) -> Relay.Tap.OPEN);
                Relay alloc = new Relay(Pd.deadPort(), (connection, toServer) -> Relay.Tap.OPEN)) {
            UcxProcess receiver = receiverBehind(init, alloc);
            try (L2Adapter sender = Pd.sender(
                            "[" + init.port() + "]", "[" + alloc.port() + "]", "transfer_channel", "ucx", "heartbeat_ms", 200);
                    Caller prefill = new Caller(sender)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    List<Long> tasks = new ArrayList<>();
                    for (int t = 0; t < 8; t++) {
                        List<ObjectKey> keys = Chunks.keys("k-" + kill + "-" + t, 4);
                        tasks.add(sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK)));
                    }
                    assertTrue(prefill.await(TaskKind.STORE, tasks.get(0)).success());
                    receiver.kill();
                    receiver = receiverBehind(init, alloc);
                    for (long task : tasks.subList(1, tasks.size())) {
                        // Those that were not over when it died go to the successor.
                        TaskResult result = prefill.await(TaskKind.STORE, task);
                        assertTrue(result.success(), result.toString());
                    }
                    assertEquals("ucx", sender.status().details().get("channel"));
                }
            } finally {
                receiver.close();
            }
        }
    }

    private static UcxProcess receiverBehind(Relay init, Relay alloc) throws IOException {
        UcxProcess receiver = new UcxProcess("receiver", "0", "0");
        String[] ports = receiver.answer("ready").split(" ");
        init.lead(Integer.parseInt(ports[0]));
        alloc.lead(Integer.parseInt(ports[1]));
        return receiver;
    }

    @Test
    @DisplayName("case 26, 42: a receiver that stands still past the deadline: the task times out, its buffers are the caller's again, and what comes later is whole or absent")
    void receiverStopped() throws Exception {
        try (UcxProcess receiver = new UcxProcess("receiver", "0", "0")) {
            String[] ports = receiver.answer("ready").split(" ");
            try (L2Adapter sender = Pd.sender(
                            "[" + ports[0] + "]", "[" + ports[1] + "]", "transfer_channel", "ucx", "store_timeout_ms", 5_000,
                            "heartbeat_ms", 60_000);
                    Caller prefill = new Caller(sender)) {
                assertTrue(store(prefill, "before", 1).success());
                receiver.signal("STOP");
                List<ObjectKey> keys = Chunks.keys("stopped", 8);
                List<KvBuffer> buffers = Chunks.buffers(keys, CHUNK);
                TaskResult result = prefill.store(keys, buffers);
                assertEquals(TaskOutcome.TIMEOUT, result.outcome());
                // From here on whatever is still sent must not be these bytes (R7).
                buffers.forEach(UcxKillTest::overwrite);
                receiver.signal("CONT");
                assertTrue(store(prefill, "after", 2).success());
                String answer = receiver.ask("verify stopped 8 " + CHUNK, "whole");
                assertTrue(answer.endsWith("wrong 0"), answer);
                assertEquals("2 wrong 0", receiver.ask("verify after 2 " + CHUNK, "whole"));
                assertFalse(result.bitmap().all());
            }
        }
    }

    private static TaskResult store(Caller prefill, String name, int count) throws IOException {
        List<ObjectKey> keys = Chunks.keys(name, count);
        return prefill.store(keys, Chunks.buffers(keys, CHUNK));
    }

    private static void overwrite(KvBuffer buffer) {
        for (int i = 0; i < buffer.length(); i++) {
            buffer.view().put(i, (byte) 0x55);
        }
    }
}
