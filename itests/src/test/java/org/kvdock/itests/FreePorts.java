package org.kvdock.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** Ports of loopback that nobody has at the moment. */
public final class FreePorts {
    private FreePorts() {}

    /** @return distinct ports; held all at once while they are looked for, free again on return */
    public static List<Integer> find(int count) throws IOException {
        ServerSocket[] held = new ServerSocket[count];
        Integer[] ports = new Integer[count];
        for (int i = 0; i < count; i++) {
            held[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            ports[i] = held[i].getLocalPort();
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return List.of(ports);
    }
}
