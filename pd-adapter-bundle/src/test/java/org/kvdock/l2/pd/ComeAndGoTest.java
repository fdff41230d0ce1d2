package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.staging.Staging;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class ComeAndGoTest {
    private static final int CYCLES = 10_000;
    /** Where a cycle takes longer: all of them with {@code -Dkvdock.tck.scale=1}, a tenth in each build. */
    private static final int SLOW_CYCLES =
            Math.max(CYCLES / 10, (int) (CYCLES * Double.parseDouble(System.getProperty("kvdock.tck.scale", "0.05"))));
    private static final int SLACK = 20;

    private static long openFiles() {
        return files(Path.of("/proc/self/fd"));
    }

    private static long files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("case 58: 10,000 that connect and go leak no file descriptor and no thread, and the next sender is served")
    void comeAndGo() throws IOException {
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp")) {
            int init = Pd.port(receiver, "peer_init_port");
            int alloc = Pd.port(receiver, "peer_alloc_port");
            assertNothingLeft(receiver, CYCLES, count -> cycles(count, init, alloc));
        }
    }

    @Test
    @DisplayName("case 58: 1,000 (or 10,000) that connect to the alloc port and go, some in the middle of a greeting, leak nothing either")
    void comeAndGoAtTheAllocPort() throws IOException {
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp")) {
            int alloc = Pd.port(receiver, "peer_alloc_port");
            assertNothingLeft(receiver, SLOW_CYCLES, count -> {
                for (int i = 0; i < count; i++) {
                    connect(alloc, i);
                }
            });
        }
    }

    @Test
    @DisplayName("case 58: 1,000 (or 10,000) senders over shared memory, some with a slot reserved, leave no more segments than staging has room for, no slot, file descriptor or thread")
    void comeAndGoOverSharedMemory(@TempDir Path temporary) throws IOException {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "shm", "staging_dir", directory)) {
            int init = Pd.port(receiver, "peer_init_port");
            String free = receiver.status().details().get("staging_free_bytes");
            assertNothingLeft(receiver, SLOW_CYCLES, count -> {
                for (int i = 0; i < count; i++) {
                    try (RawLink link = RawLink.to(init)) {
                        Message.Welcome welcome = link.greet(i, "shm");
                        if (i % 50 == 0) {
                            link.send(RawLink.reserve(1, welcome.epoch(), "r" + i, 1, Chunks.keys("s" + i, 1), 100));
                            link.receive();
                        }
                    }
                }
                Waiting.until("staging to be free", () -> receiver.status().details().get("staging_free_bytes").equals(free));
                // An empty segment goes when somebody else needs its room, so there are never more than staging has room for. The one file more is the lock.
                long segments = files(directory) - 1;
                assertTrue(segments <= Staging.SEGMENTS, segments + " segments");
            });
        }
    }

    private interface Cycles {
        void run(int count) throws IOException;
    }

    private static void assertNothingLeft(L2Adapter receiver, int count, Cycles cycles) throws IOException {
        cycles.run(100);
        long files = openFiles();
        int threads = Thread.activeCount();
        cycles.run(count);
        Waiting.until("file descriptors to go", () -> openFiles() <= files + SLACK);
        assertTrue(Thread.activeCount() <= threads + SLACK, threads + " threads, then " + Thread.activeCount());
        try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender)) {
            List<ObjectKey> keys = Chunks.keys("k", 2);
            assertTrue(prefill.store(keys, Chunks.buffers(keys, 100)).success());
            assertTrue(prefill.lookup(keys).bitmap().all());
        }
    }

    private static void cycles(int count, int init, int alloc) throws IOException {
        for (int i = 0; i < count; i++) {
            switch (i % 10) {
                case 0 -> {
                    try (RawLink link = RawLink.to(init)) {
                        link.greet(i, "tcp");
                    }
                }
                case 1 -> connect(alloc, i);
                default -> connect(init, i);
            }
        }
    }

    private static void connect(int port, int i) throws IOException {
        try (Socket socket = new Socket()) {
            if (i % 2 == 0) {
                // Goes with a reset.
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            if (i % 3 == 0) {
                socket.getOutputStream().write(i);
            }
        }
    }
}
