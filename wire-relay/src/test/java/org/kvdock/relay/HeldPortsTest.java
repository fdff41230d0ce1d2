package org.kvdock.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeldPortsTest {
    private static final int ASKED = 2000;

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    @DisplayName("who connects to a held port is refused until somebody listens on it, by its number; it is his then, held or not")
    void bound() throws IOException {
        int port;
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            try (HeldPorts held = HeldPorts.take(1)) {
                port = held.numbers().get(0);
                assertThrows(ConnectException.class, () -> connect(port));
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                connect(port).close();
            }
            connect(port).close();
            assertThrows(IOException.class, () -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        }
    }

    @Test
    @DisplayName("nobody who asks for any port is given a held one")
    void neverByChance() throws IOException {
        try (HeldPorts held = HeldPorts.take(200)) {
            Set<Integer> numbers = new HashSet<>(held.numbers());
            assertEquals(200, numbers.size());
            for (int i = 0; i < ASKED; i++) {
                try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                        Socket client = connect(any.getLocalPort())) {
                    assertFalse(numbers.contains(any.getLocalPort()) || numbers.contains(client.getLocalPort()), List.copyOf(numbers)::toString);
                }
            }
        }
    }
}
