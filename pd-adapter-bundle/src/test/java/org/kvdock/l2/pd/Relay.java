package org.kvdock.l2.pd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Stands between a sender and a receiver, and does to what passes whatever a test likes. */
final class Relay implements AutoCloseable {
    /** What is done on the way. */
    interface Tap {
        /**
         * Bytes go to the receiver (or to the sender); they may be changed, or kept waiting, before they go on.
         *
         * @param bytes the first so many are to go
         */
        void passing(byte[] bytes, int length, boolean toReceiver) throws InterruptedException;
    }

    private final ServerSocket server;
    private final int receiverPort;
    private final Tap tap;
    private final List<Socket> sockets = new ArrayList<>();

    Relay(int receiverPort, Tap tap) throws IOException {
        this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.receiverPort = receiverPort;
        this.tap = tap;
        daemon(this::accept);
    }

    /** Flips a bit of the last byte of a pattern's first occurrence on the way to the receiver. */
    static Tap flipping(byte[] pattern) {
        int[] matched = new int[1];
        return (bytes, length, toReceiver) -> {
            for (int i = 0; toReceiver && i < length && matched[0] < pattern.length; i++) {
                matched[0] = bytes[i] == pattern[matched[0]] ? matched[0] + 1 : bytes[i] == pattern[0] ? 1 : 0;
                if (matched[0] == pattern.length) {
                    bytes[i] ^= 1;
                }
            }
        };
    }

    /** Lets nothing pass while it is closed. */
    static final class Gate implements Tap {
        private boolean closed;

        synchronized void shut() {
            closed = true;
        }

        synchronized void open() {
            closed = false;
            notifyAll();
        }

        @Override
        public synchronized void passing(byte[] bytes, int length, boolean toReceiver) throws InterruptedException {
            while (closed) {
                wait();
            }
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private static void daemon(Runnable what) {
        Thread thread = new Thread(what, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            for (;;) {
                Socket sender = server.accept();
                Socket receiver = new Socket(InetAddress.getLoopbackAddress(), receiverPort);
                sender.setTcpNoDelay(true);
                receiver.setTcpNoDelay(true);
                synchronized (sockets) {
                    sockets.add(sender);
                    sockets.add(receiver);
                }
                daemon(() -> pass(sender, receiver, true));
                daemon(() -> pass(receiver, sender, false));
            }
        } catch (IOException e) {
            // closed, or the receiver is gone
        }
    }

    private void pass(Socket from, Socket to, boolean toReceiver) {
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[64 << 10];
            for (int got = in.read(bytes); got >= 0; got = in.read(bytes)) {
                tap.passing(bytes, got, toReceiver);
                out.write(bytes, 0, got);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // one side has gone; closing the streams ends the other
        }
    }

    @Override
    public void close() {
        synchronized (sockets) {
            try {
                server.close();
                for (Socket socket : sockets) {
                    socket.close();
                }
            } catch (IOException e) {
                // it is only a test's
            }
        }
    }
}
