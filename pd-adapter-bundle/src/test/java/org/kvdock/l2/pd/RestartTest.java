package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

@ParameterizedClass(name = "over {0}")
@ValueSource(strings = {"tcp", "shm"})
class RestartTest {
    private static final int CHUNK = 100_000;

    private final String channel;

    RestartTest(String channel) {
        this.channel = channel;
    }

    @Test
    @DisplayName("case 48: a receiver that comes back on its ports is found again; what waited goes to it, whole")
    void receiverRestarts() {
        List<ObjectKey> keys = Chunks.keys("k", 6);
        L2Adapter first = Pd.receiver(8 << 20, new HoldingsRef(), "transfer_channel", channel);
        Map<String, String> ports = first.status().details();
        try (L2Adapter sender = Pd.sender(first); Caller prefill = new Caller(sender)) {
            assertTrue(prefill.store(keys.subList(0, 2), Chunks.buffers(keys.subList(0, 2), CHUNK)).success());
            first.close();
            Waiting.until("the loss", () -> !sender.status().peer().orElseThrow().connected());
            long waiting = sender.submitStoreTask(keys.subList(1, 4), Chunks.buffers(keys.subList(1, 4), CHUNK));
            try (L2Adapter second = Pd.receiver(
                            8 << 20, new HoldingsRef(), "transfer_channel", channel,
                            "peer_init_port", ports.get("peer_init_port"), "peer_alloc_port", ports.get("peer_alloc_port"));
                    Caller decode = new Caller(second)) {
                TaskResult result = prefill.await(TaskKind.STORE, waiting);
                assertTrue(result.success(), result.toString());
                // The new process knows nothing of the old one's chunks: all three were sent to it.
                assertEquals("111", result.moved().toString());
                assertEquals("011100", decode.lookup(keys).bitmap().toString());
                assertNotEquals(ports.get("epoch"), second.status().details().get("epoch"));
                assertTrue(sender.status().healthy());
                assertEquals("1", sender.status().details().get("links_lost"));
                // The ZeroMQ side finds it again too.
                assertEquals("011100", prefill.lookup(keys).bitmap().toString());
            }
        }
    }
}
