package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.pd.security.TestKeys;
import org.kvdock.l2.tck.Caller;

/** What a stranger says a ZeroMQ frame's length is, before he has shown a key. */
class AllocPortLengthsTest {
    private static final int LARGE = 2;
    private static final int COMMAND = 4;

    private static Socket knock(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Caller.patience().toMillis());
        return socket;
    }

    /** @return whether the port begins with a greeting, as it does for everybody */
    private static boolean greets(int port) throws IOException {
        try (Socket socket = knock(port)) {
            return socket.getInputStream().read() == 0xff;
        }
    }

    private static void frame(int port, String mechanism, int flags, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 + 9 + 100);
        bytes.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 0);
        bytes.put(mechanism.getBytes(StandardCharsets.US_ASCII)).position(64);
        bytes.put((byte) flags).putLong(length);
        try (Socket socket = knock(port)) {
            socket.getOutputStream().write(bytes.array());
            socket.shutdownOutput();
            while (socket.getInputStream().read() >= 0) {
                // Until it has been read, found wrong, and the connection was ended.
            }
        } catch (SocketException e) {
            // Reset, since there were bytes that nobody read.
        }
    }

    @ParameterizedTest(name = "case 56: length {1}, security {0}")
    @CsvSource({
        "true, 8000000000000100", "true, 80000000fffffff0", "true, 800000007ffffff0", "true, ffffffffffffffff",
        "true, 7fffffffffffffff", "true, 0000000080000000", "true, 0000000000200001", "true, 0000000000000000",
        "false, 8000000000000100", "false, 80000000fffffff0", "false, 800000007ffffff0", "false, ffffffffffffffff"
    })
    @DisplayName("case 56: no length that a stranger sends keeps the alloc port from beginning with others, or takes memory past its bound")
    void lengths(boolean secured, String length) throws IOException {
        Object[] more = secured ? new Object[] {"security_dir", TestKeys.of("r").toString()} : new Object[0];
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), more)) {
            int port = Pd.port(receiver, "peer_alloc_port");
            for (int flags : new int[] {LARGE, LARGE | COMMAND}) {
                frame(port, secured ? "CURVE" : "NULL", flags, Long.parseUnsignedLong(length, 16));
                assertTrue(greets(port), "after a frame of flags " + flags + " and length " + length);
            }
        }
    }
}
