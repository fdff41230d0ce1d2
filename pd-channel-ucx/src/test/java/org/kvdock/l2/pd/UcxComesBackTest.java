package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.ucx.NeedsUcx;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

/** The real UCX end of a receiver fails inside, in the middle of a transfer, and is opened again (R13). */
@NeedsUcx
class UcxComesBackTest {
    private static final int CHUNK = 700_000;
    private static final int CHUNKS = 3;
    private static final int FAILURES = 20;
    /** What a sender's end has at least, and hands to the next one. */
    private static final long END_BYTES = 8 << 20;

    /** UCX; a piece that comes while the fault is on throws inside the receiver's end, on UCX's thread. */
    private static final class Faulty extends UcxForwarding {
        private volatile boolean fault;

        @Override
        public ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException {
            Landings faulty = (Piece piece, long bytes) -> {
                if (fault && piece.offset() > 0) {
                    throw new IllegalStateException("planted");
                }
                return landings.land(piece, bytes);
            };
            return super.receive(reach, faulty, cause -> {
                fault = false;
                failed.accept(cause);
            });
        }

        /** The next second piece of a chunk is the end of the receiver's end. */
        void plant() {
            fault = true;
        }
    }

    private final Faulty channel = new Faulty();
    private final FoundChannels found = new FoundChannels();
    private final List<KvBuffer> source = Chunks.buffers(Chunks.keys("source", CHUNKS), CHUNK);
    private final List<KvBuffer> target = Chunks.empty(CHUNKS, CHUNK);
    private int stores;

    UcxComesBackTest() {
        found.add(channel);
    }

    private L2Adapter receiver(String choice, int pauseMillis) {
        return Pd.adapter(
                Pd.config(
                        "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", 64L << 20,
                        "transfer_channel", choice, "reconnect_min_ms", pauseMillis, "reconnect_max_ms", pauseMillis),
                new HoldingsRef(), found);
    }

    private L2Adapter sender(int init, L2Adapter receiver, String choice) {
        Map<String, Object> config = Pd.config(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[" + init + "]",
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"), "transfer_channel", choice,
                "reconnect_min_ms", 5, "reconnect_max_ms", 50, "heartbeat_ms", 100);
        return Pd.adapter(config, new HoldingsRef(), found);
    }

    private static String detail(L2Adapter adapter, String name) {
        return adapter.status().details().get(name);
    }

    private TaskResult store(Caller prefill, Caller decode) {
        List<ObjectKey> keys = Chunks.keys("k" + stores++, CHUNKS);
        TaskResult result = prefill.store(keys, source);
        assertTrue(result.success(), result.toString());
        assertTrue(decode.lookup(keys).bitmap().all());
        assertTrue(decode.load(keys, target).bitmap().all());
        decode.adapter().submitUnlock(keys);
        return result;
    }

    @Test
    @DisplayName("R13: with ucx alone the failure is told with the next try, and the store in its middle succeeds once the end is open again")
    void onlyUcx() {
        try (L2Adapter receiver = receiver("ucx", 4_000);
                L2Adapter sender = sender(Pd.port(receiver, "peer_init_port"), receiver, "ucx");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            store(prefill, decode);
            channel.plant();
            List<ObjectKey> keys = Chunks.keys("middle", 3);
            long task = sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
            Waiting.until("the word of it", () -> detail(receiver, "channel_trouble")
                    .startsWith("ucx: a piece could not be taken: java.lang.IllegalStateException: planted; next try at "));
            Waiting.until("the outage", () -> !receiver.status().healthy());
            TaskResult result = prefill.await(TaskKind.STORE, task);
            assertTrue(result.success(), result.toString());
            assertEquals("ucx", detail(sender, "channel"));
            assertEquals("", detail(receiver, "channel_trouble"));
            Waiting.until("the end of the outage", () -> receiver.status().healthy());
            store(prefill, decode);
        }
    }

    @Test
    @DisplayName("R13: under auto the store in its middle goes on over tcp, and the sender is back on ucx by itself")
    void auto() throws IOException {
        try (L2Adapter receiver = receiver("auto", 300);
                Relay other = new Relay(Pd.port(receiver, "peer_init_port"), OtherMachine.taps());
                L2Adapter sender = sender(other.port(), receiver, "auto");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            store(prefill, decode);
            assertEquals("ucx", detail(sender, "channel"));
            channel.plant();
            store(prefill, decode);
            Waiting.until("ucx", () -> detail(sender, "channel").equals("ucx") && detail(sender, "links").equals("READY"));
            assertEquals("", detail(receiver, "channel_trouble"));
            store(prefill, decode);
            assertEquals("ucx", detail(sender, "channel"));
        }
    }

    @Test
    @DisplayName("an end that fails again and again leaves no memory outside the heap, no file descriptor and no thread behind, at either side")
    void leavesNothing() throws IOException {
        try (L2Adapter receiver = receiver("ucx", 5);
                L2Adapter sender = sender(Pd.port(receiver, "peer_init_port"), receiver, "ucx");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            fail(prefill, decode);
            long direct = direct();
            long descriptors = descriptors();
            int threads = threads();
            for (int i = 0; i < FAILURES; i++) {
                fail(prefill, decode);
            }
            // Ends that have failed go in their own time.
            Waiting.until("their descriptors", () -> descriptors() <= descriptors);
            Waiting.until("their threads", () -> threads() <= threads);
            // The collector may not have run: buffers of connections are still there, an eighth of what all ends would have.
            assertTrue(direct() - direct < FAILURES * END_BYTES / 2, direct() - direct + " bytes more");
            Waiting.until("what the collector leaves", () -> {
                System.gc();
                return direct() - direct < END_BYTES;
            });
        }
    }

    private void fail(Caller prefill, Caller decode) {
        channel.plant();
        store(prefill, decode);
        assertFalse(channel.fault);
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("kvdock-ucx")).count();
    }
}
