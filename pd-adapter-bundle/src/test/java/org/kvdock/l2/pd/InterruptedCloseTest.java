package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Whoever removes a service may be interrupted. */
class InterruptedCloseTest {
    @RepeatedTest(5)
    @DisplayName("R11: a close by an interrupted thread waits like any other: no thread of the links is left, and the ports are free again")
    void leavesNothing() {
        L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef());
        L2Adapter sender = Pd.sender(receiver);
        try (Caller prefill = new Caller(sender)) {
            List<ObjectKey> keys = Chunks.keys("k", 2);
            assertTrue(prefill.store(keys, Chunks.buffers(keys, 100)).success());
            assertTrue(prefill.lookup(keys).bitmap().all());
        }
        Object[] ports = {
            "peer_init_port", "[" + Pd.port(receiver, "peer_init_port") + "]",
            "peer_alloc_port", "[" + Pd.port(receiver, "peer_alloc_port") + "]"
        };
        Thread.currentThread().interrupt();
        sender.close();
        receiver.close();
        assertTrue(Thread.interrupted(), "it stays interrupted");
        assertEquals(List.of(), threads(sender.name()));
        assertEquals(List.of(), threads(receiver.name()));
        Pd.receiver(1 << 20, new HoldingsRef(), ports).close();
    }

    private static List<String> threads(String adapter) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("kvdock-" + adapter + "-(transfer|zmq)"))
                .toList();
    }
}
