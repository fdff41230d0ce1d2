package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class PeerlessTest {
    @Test
    @DisplayName("case 41: construction contacts no peer; the first task does")
    void constructionContactsNobody() throws IOException {
        try (ServerSocket init = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket alloc = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                L2Adapter sender = Pd.sender(
                        "[" + init.getLocalPort() + "]", "[" + alloc.getLocalPort() + "]",
                        "proxy_host", "127.0.0.1", "proxy_port", proxy.getLocalPort(), "close_grace_ms", 1)) {
            for (ServerSocket peer : List.of(init, alloc, proxy)) {
                peer.setSoTimeout(50);
                assertThrows(SocketTimeoutException.class, peer::accept);
            }
            assertFalse(sender.status().peer().orElseThrow().connected());
            init.setSoTimeout((int) Caller.patience().toMillis());
            ObjectKey key = Chunks.key("k");
            sender.submitStoreTask(List.of(key), Chunks.buffers(List.of(key), 10));
            init.accept().close();
        }
    }

    @Test
    @DisplayName("R12, R13: without a receiver a store costs its deadline; status says since when, why, and when it tries next")
    void nobodyThere() {
        try (L2Adapter sender = Pd.sender("[" + Pd.deadPort() + "]", "[" + Pd.deadPort() + "]", "store_timeout_ms", 300);
                Caller caller = new Caller(sender)) {
            ObjectKey key = Chunks.key("k");
            long begin = System.nanoTime();
            TaskResult result = caller.store(List.of(key), Chunks.buffers(List.of(key), 10));
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertEquals(TaskOutcome.TIMEOUT, result.outcome());
            assertEquals("0", result.bitmap().toString());
            assertEquals("0", result.unconfirmed().toString());
            assertTrue(millis >= 300, millis + " ms");
            assertFalse(sender.status().healthy());
            Waiting.until("a second try", () -> sender.status().failures().getOrDefault(ErrorCode.PEER_LOST, 0L) >= 2);
            Waiting.until("a next try", () -> sender.status().peer().orElseThrow().nextTry().isPresent());
        }
    }

    @Test
    @DisplayName("a receiver whose port is taken says which, and leaves nothing behind")
    void portTaken() {
        try (L2Adapter first = Pd.receiver(1 << 20, new HoldingsRef())) {
            for (String key : List.of("peer_init_port", "peer_alloc_port")) {
                int port = Pd.port(first, key);
                String message = assertThrows(
                                BadConfigurationException.class,
                                () -> Pd.receiver(1 << 20, new HoldingsRef(), key, "[" + port + "]"))
                        .getMessage();
                assertTrue(message.startsWith(key + ": " + port + " is not allowed"), message);
            }
        }
    }
}
