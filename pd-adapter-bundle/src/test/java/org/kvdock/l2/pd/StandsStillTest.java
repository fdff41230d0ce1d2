package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A sender that stands still for a while: its machine did, or was busy with others. */
class StandsStillTest {
    private static final int HEARTBEAT_MILLIS = 500;
    private static final long PAUSE_NANOS = 4L * HEARTBEAT_MILLIS * 1_000_000;

    @Test
    @DisplayName("R13: a sender that stood still for more than three heartbeats takes its own silence for no loss of the link")
    void sender() {
        AtomicReference<String> thread = new AtomicReference<>();
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp");
                L2Adapter sender = Pd.sender(receiver, "transfer_channel", "tcp", "heartbeat_ms", HEARTBEAT_MILLIS);
                Caller prefill = new Caller(sender)) {
            sender.addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    if (thread.compareAndSet(null, Thread.currentThread().getName())) {
                        long end = System.nanoTime() + PAUSE_NANOS;
                        while (System.nanoTime() - end < 0) {
                            LockSupport.parkNanos(end - System.nanoTime());
                        }
                    }
                }
            });
            for (String name : List.of("before", "after")) {
                List<ObjectKey> keys = Chunks.keys(name, 2);
                assertTrue(prefill.store(keys, Chunks.buffers(keys, 100)).success());
            }
            assertEquals("kvdock-" + sender.name() + "-transfer", thread.get());
            assertEquals("0", sender.status().details().get("links_lost"));
        }
    }
}
