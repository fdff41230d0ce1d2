package org.kvdock.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int A_WHILE_MILLIS = 50;

    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Gate gate = new Gate();
    private final CompletableFuture<Relay.Connection> first = new CompletableFuture<>();
    private final Relay relay = new Relay(server.getLocalPort(), (connection, toServer) -> {
        first.complete(connection);
        return gate.taps().tap(connection, toServer);
    });
    private Socket client;
    private Socket served;

    RelayTest() throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        client = connect();
        served = server.accept();
        served.setSoTimeout(PATIENCE_MILLIS);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    @AfterEach
    void close() throws IOException {
        gate.open();
        relay.close();
        client.close();
        served.close();
        server.close();
    }

    private Relay.Connection connection() throws Exception {
        return first.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void says(Socket from, Socket to, String text) throws IOException {
        from.getOutputStream().write(text.getBytes("US-ASCII"));
        assertArrayEquals(text.getBytes("US-ASCII"), to.getInputStream().readNBytes(text.length()));
    }

    private static void sees(Socket socket, Class<? extends IOException> what) {
        assertThrows(what, () -> {
            if (socket.getInputStream().read() < 0) {
                throw new SocketException("ended");
            }
        });
    }

    @Test
    @DisplayName("both directions pass; an end that closes ends the other")
    void passes() throws Exception {
        says(client, served, "there");
        says(served, client, "and back");
        client.close();
        assertEquals(-1, served.getInputStream().read());
        assertEquals(1, relay.count());
    }

    @Test
    @DisplayName("a connection that could not be taken is that one's loss: the next one passes")
    void goesOn() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        ServerSocket failing = new ServerSocket(0, 8, InetAddress.getLoopbackAddress()) {
            @Override
            public Socket accept() throws IOException {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("made to fail: no descriptor");
                }
                return super.accept();
            }
        };
        try (Relay other = new Relay(failing, server.getLocalPort(), (connection, toServer) -> Relay.Tap.OPEN);
                Socket late = new Socket(InetAddress.getLoopbackAddress(), other.port());
                Socket there = server.accept()) {
            there.setSoTimeout(PATIENCE_MILLIS);
            says(late, there, "z");
        }
    }

    @Test
    @DisplayName("a shut gate holds what comes, and opens on it")
    void gate() throws Exception {
        gate.shut();
        client.getOutputStream().write('x');
        served.setSoTimeout(A_WHILE_MILLIS);
        sees(served, SocketTimeoutException.class);
        gate.open();
        served.setSoTimeout(PATIENCE_MILLIS);
        assertEquals('x', served.getInputStream().read());
    }

    @Test
    @DisplayName("a halved connection ends for one end, and stays for the other, over which nothing comes")
    void halfOpen() throws Exception {
        says(client, served, "x");
        connection().halve(true);
        sees(served, SocketException.class);
        client.setSoTimeout(A_WHILE_MILLIS);
        sees(client, SocketTimeoutException.class);
    }

    @Test
    @DisplayName("a cut ends every connection and new ones, until it is mended; new ones may be led elsewhere")
    void cut() throws Exception {
        says(client, served, "x");
        relay.cut();
        sees(client, SocketException.class);
        sees(served, SocketException.class);
        try (Socket refused = connect()) {
            sees(refused, SocketException.class);
        }
        relay.mend();
        try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            relay.lead(other.getLocalPort());
            try (Socket again = connect(); Socket there = other.accept()) {
                there.setSoTimeout(PATIENCE_MILLIS);
                says(again, there, "y");
            }
        }
        // Nobody there: seen as such.
        relay.lead(1);
        try (Socket nobody = connect()) {
            sees(nobody, SocketException.class);
        }
    }
}
