package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Tasks whose messages would be past the protocol's bounds, where the configuration allows such tasks. */
class LargeTasksTest {
    private static final int MANY_KEYS = 20_000;
    private static final int MANY_TASKS = Limits.ITEMS + 10;

    private static List<ObjectKey> longKeys() {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < MANY_KEYS; i++) {
            byte[] hash = ByteBuffer.allocate(ObjectKey.MAX_HASH_BYTES).putInt(i).array();
            keys.add(ObjectKey.of(
                    hash, "m".repeat(ObjectKey.MAX_MODEL_CHARS), 0, 0, "s".repeat(ObjectKey.MAX_SALT_CHARS)));
        }
        return keys;
    }

    @Test
    @DisplayName("R12: a task whose reservation is longer than a message may be fails by itself, and costs others no link")
    void longReservation() {
        try (L2Adapter receiver = Pd.receiver(
                        1 << 20, new HoldingsRef(), "transfer_channel", "tcp", "max_keys_per_task", 1 << 16);
                L2Adapter sender = Pd.sender(receiver, "max_keys_per_task", 1 << 16,
                        "store_timeout_ms", Caller.patience().toMillis());
                Caller prefill = new Caller(sender)) {
            List<ObjectKey> few = Chunks.keys("few", 2);
            assertTrue(prefill.store(few, Chunks.buffers(few, 100)).success());
            TaskResult result = prefill.store(longKeys(), Collections.nCopies(MANY_KEYS, KvBuffer.allocate(0)));
            assertEquals(ErrorCode.TOO_LARGE, result.error(), result.errorText());
            assertTrue(result.errorText().contains(Integer.toString(Limits.MESSAGE_BYTES)), result.errorText());
            assertEquals("0", sender.status().details().get("links_lost"));
        }
    }

    @Test
    @DisplayName("case 47: signs of life for more transfers than a list may have go out in several messages")
    void manyTransfers() throws IOException {
        try (ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port.setSoTimeout((int) Caller.patience().toMillis());
            try (L2Adapter sender = Pd.sender(
                            "[" + port.getLocalPort() + "]", "[" + Pd.deadPort() + "]", "transfer_channel", "tcp",
                            "max_tasks_in_flight", 1 << 17, "heartbeat_ms", 4000, "store_timeout_ms", 600_000,
                            "close_grace_ms", 1)) {
                List<ObjectKey> keys = Chunks.keys("k", 1);
                List<KvBuffer> objects = Chunks.buffers(keys, 1);
                sender.submitStoreTask(keys, objects);
                try (RawLink link = new RawLink(port.accept())) {
                    link.receive(Message.Hello.class);
                    link.send(new Message.Welcome(Limits.VERSION, 7, "tcp", 1 << 20, 1 << 20, 10_000));
                    for (int i = 1; i < MANY_TASKS; i++) {
                        sender.submitStoreTask(keys, objects);
                    }
                    Set<Long> alive = new HashSet<>();
                    while (alive.size() < MANY_TASKS) {
                        if (link.receiveAny() instanceof Message.Heartbeat heartbeat) {
                            Arrays.stream(heartbeat.transfers()).forEach(alive::add);
                            link.send(new Message.Heartbeat(new long[0]));
                        }
                    }
                    assertEquals("0", sender.status().details().get("links_lost"));
                }
            }
        }
    }
}
