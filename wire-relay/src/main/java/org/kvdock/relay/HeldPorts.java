package org.kvdock.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of loopback for processes that must be told theirs before they listen. Each is held by a socket that is bound and
 * does not listen: whoever connects meanwhile is refused, nobody gets it by chance, and whoever binds it by its number may,
 * as Linux lets sockets with SO_REUSEADDR do of which only one listens. Servers of Java and of ZeroMQ have it.
 */
public final class HeldPorts implements AutoCloseable {
    private final List<Socket> held = new ArrayList<>();

    private HeldPorts() {}

    /**
     * @param count how many
     * @return distinct ports, held until this is closed
     */
    public static HeldPorts take(int count) throws IOException {
        HeldPorts ports = new HeldPorts();
        try {
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket();
                ports.held.add(socket);
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            }
            return ports;
        } catch (IOException | RuntimeException e) {
            ports.close();
            throw e;
        }
    }

    /** @return their numbers */
    public List<Integer> numbers() {
        return held.stream().map(Socket::getLocalPort).toList();
    }

    /** Lets go of them; those that somebody listens on by now stay his. */
    @Override
    public void close() {
        for (Socket socket : held) {
            try {
                socket.close();
            } catch (IOException e) {
                // It has held nothing but a number.
            }
        }
    }
}
