package org.kvdock.l2.pd.zmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.pd.security.Refusals;
import org.kvdock.l2.tck.Caller;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Two connections that say to ZeroMQ that they are the same one. */
class NamesakesTest {
    private static final int GREETING_BYTES = 64;
    private static final int COMMAND = 4;
    private static final String NAME = "namesake";
    /** More than wait for a ROUTER socket, over what the system's buffers take. */
    private static final int MANY = 200;

    private static Socket come(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Caller.patience().toMillis());
        String ready = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0" + (char) NAME.length() + NAME;
        ByteBuffer bytes = ByteBuffer.allocate(GREETING_BYTES + 2 + ready.length());
        bytes.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 0);
        bytes.put("NULL".getBytes(StandardCharsets.US_ASCII)).position(GREETING_BYTES);
        bytes.put((byte) COMMAND).put((byte) ready.length()).put(ready.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes.array());
        // The other side's greeting and READY: what came before them would be taken for more of the handshake.
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.skipNBytes(GREETING_BYTES);
        assertEquals(COMMAND, in.read());
        in.skipNBytes(in.read());
        return socket;
    }

    private static void say(Socket socket, int times) throws IOException {
        byte[] frames = new byte[3 * times];
        for (int i = 0; i < times; i++) {
            frames[3 * i + 1] = 1;
        }
        socket.getOutputStream().write(frames);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Until the other side lets go.
            }
        } catch (SocketException e) {
            // Reset: there were bytes that nobody read.
        }
    }

    @Test
    @DisplayName("case 56: a connection that JeroMQ neither serves nor lets go loses its place when the next one comes")
    void stuck() throws IOException {
        AtomicLong now = new AtomicLong();
        try (ZContext context = new ZContext()) {
            ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
            router.setRcvHWM(64);
            router.setReceiveTimeOut((int) Caller.patience().toMillis());
            Guests guests = new Guests(new Refusals("test"), now::get);
            guests.watch(router);
            int port = router.bindToRandomPort("tcp://127.0.0.1");
            try (Socket first = come(port)) {
                say(first, 1);
                assertEquals(NAME, router.recvStr());
                guests.letIn("127.0.0.1:" + ((InetSocketAddress) first.getLocalSocketAddress()).getPort());
                try (Socket second = come(port)) {
                    say(second, MANY);
                    second.shutdownOutput();
                    now.addAndGet(Guests.STRANGER_NANOS);
                    guests.tick();
                    awaitEnd(second);
                }
                assertEquals(2, guests.places(), "if JeroMQ lets go by itself now, this is not needed any more");
                now.addAndGet(Guests.LET_GO_NANOS);
                try (Socket third = come(port)) {
                    assertTrue(third.isConnected());
                    assertEquals(2, guests.places(), "the first and the third");
                }
            }
        }
    }
}
