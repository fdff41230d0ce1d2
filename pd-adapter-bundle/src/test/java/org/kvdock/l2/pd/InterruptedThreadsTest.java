package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;

/** An interrupt that a listener leaves on the thread that tells it does not keep that thread from waiting. */
class InterruptedThreadsTest {
    private static final int CHUNK = 1000;
    private static final int LEASE_MILLIS = 1000;

    private static final L2AdapterListener INTERRUPTING = new L2AdapterListener() {
        @Override
        public void keyPublished(ObjectKey key, long bytes) {
            Thread.currentThread().interrupt();
        }
    };

    private static long cpuNanos(String threadName) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(threadName)) {
                return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
            }
        }
        throw new AssertionError("no thread " + threadName);
    }

    @Test
    @DisplayName("a listener that interrupts the transfer ports' thread does not make it turn for ever")
    void transferThread() throws IOException {
        ObjectKey key = Chunks.key("k");
        byte[] content = Chunks.content(key, CHUNK);
        try (L2Adapter receiver = Pd.receiver(
                        1 << 20, new HoldingsRef(), "transfer_channel", "tcp", "reservation_lease_ms", LEASE_MILLIS,
                        "heartbeat_ms", 100);
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            receiver.addListener(INTERRUPTING);
            long epoch = link.greet(1, "tcp").epoch();
            link.send(RawLink.reserve(1, epoch, "", 1, List.of(key), CHUNK));
            long slot = link.receive(Message.Alloc.class).slots()[0];
            byte[] frame = RawLink.dataFrame(slot, epoch, content);
            link.send(frame, 0, frame.length);
            link.send(new Message.Commit(
                    1, epoch, new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(content)}));
            assertArrayEquals(new long[] {slot}, link.receive(Message.CommitAck.class).stored());
            String thread = "kvdock-" + receiver.name() + "-transfer";
            long begin = System.nanoTime();
            long cpu = cpuNanos(thread);
            // Nothing happens until the receiver gives the silent link up; the thread has next to nothing to do.
            link.awaitEnd();
            long used = cpuNanos(thread) - cpu;
            assertTrue(used < (System.nanoTime() - begin) / 4, used + " ns of processor time in " + LEASE_MILLIS + " ms");
        }
    }
}
