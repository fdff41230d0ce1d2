package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Who is refused at the alloc port, and who only needed a second connection. */
class SecondTryTest {
    private static void knock(L2Adapter receiver) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Pd.port(receiver, "peer_alloc_port"))) {
            // The receiver's greeting has begun: it has taken the connection.
            assertEquals(0xff, socket.getInputStream().read());
        }
    }

    @Test
    @DisplayName("case 56: a client that loses its first connection and comes in with the next one is not told as refused")
    void comesBack() throws Exception {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        try (Warnings warnings = new Warnings();
                L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef());
                L2Adapter sender = Pd.sender(receiver);
                Caller caller = new Caller(sender)) {
            assertTrue(caller.store(keys, Chunks.buffers(keys, 100)).success());
            knock(receiver);
            // Comes in at the alloc port for the first time, and has 2 s for that: all else was done before.
            assertTrue(caller.lookup(keys).bitmap().all());
            // Told by now, if it were to be told: this one came later.
            knock(receiver);
            warnings.await("alloc port", "ended before a message");
            assertEquals("1", receiver.status().details().get("refused"));
        }
    }

    @Test
    @DisplayName("case 56: somebody who goes without having come in is told as refused, by address")
    void goes() throws Exception {
        try (Warnings warnings = new Warnings(); L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef())) {
            knock(receiver);
            String line = warnings.await("alloc port");
            assertTrue(line.matches(".*refused 127\\.0\\.0\\.1:[0-9]+ on the alloc port: the connection ended before .*"), line);
        }
    }
}
