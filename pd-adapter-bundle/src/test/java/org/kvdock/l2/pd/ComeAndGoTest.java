package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class ComeAndGoTest {
    private static final int CYCLES = 10_000;
    private static final int SLACK = 20;

    private static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("case 58: 10,000 that connect and go leak no file descriptor and no thread, and the next sender is served")
    void comeAndGo() throws IOException {
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp")) {
            int init = Pd.port(receiver, "peer_init_port");
            int alloc = Pd.port(receiver, "peer_alloc_port");
            cycles(100, init, alloc);
            long files = openFiles();
            int threads = Thread.activeCount();
            cycles(CYCLES, init, alloc);
            Waiting.until("file descriptors to go", () -> openFiles() <= files + SLACK);
            assertTrue(Thread.activeCount() <= threads + SLACK, threads + " threads, then " + Thread.activeCount());
            try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender)) {
                List<ObjectKey> keys = Chunks.keys("k", 2);
                assertTrue(prefill.store(keys, Chunks.buffers(keys, 100)).success());
                assertTrue(prefill.lookup(keys).bitmap().all());
            }
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
