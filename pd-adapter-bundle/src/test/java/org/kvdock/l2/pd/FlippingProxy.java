package org.kvdock.l2.pd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Stands between a sender and a receiver, and damages what goes to the receiver. */
final class FlippingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int receiverPort;
    private final byte[] pattern;
    private final List<Socket> sockets = new ArrayList<>();

    /** @param pattern its first occurrence on the way to the receiver loses a bit of its last byte */
    FlippingProxy(int receiverPort, byte[] pattern) throws IOException {
        this.server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        this.receiverPort = receiverPort;
        this.pattern = pattern;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private static void daemon(Runnable what) {
        Thread thread = new Thread(what, "flipping-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            for (;;) {
                Socket sender = server.accept();
                Socket receiver = new Socket(InetAddress.getLoopbackAddress(), receiverPort);
                synchronized (sockets) {
                    sockets.add(sender);
                    sockets.add(receiver);
                }
                daemon(() -> relay(sender, receiver, pattern));
                daemon(() -> relay(receiver, sender, new byte[0]));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void relay(Socket from, Socket to, byte[] pattern) {
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            int matched = 0;
            byte[] bytes = new byte[8192];
            for (int got = in.read(bytes); got >= 0; got = in.read(bytes)) {
                for (int i = 0; i < got && matched < pattern.length; i++) {
                    matched = bytes[i] == pattern[matched] ? matched + 1 : bytes[i] == pattern[0] ? 1 : 0;
                    if (matched == pattern.length) {
                        bytes[i] ^= 1;
                    }
                }
                out.write(bytes, 0, got);
                out.flush();
            }
        } catch (IOException e) {
            // one side has gone; closing the streams ends the other
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
