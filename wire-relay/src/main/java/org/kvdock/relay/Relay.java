package org.kvdock.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands on loopback between those who connect and a server, and does to what passes whatever its taps do. Safe for all
 * threads; which connections there are is guarded by their set's monitor. Each direction of each connection has a thread.
 */
public final class Relay implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int BACKLOG = 64;
    /** Before the next try to take a connection, after one failed. */
    private static final long REFUSED_NANOS = 1_000_000;

    /** One direction of one connection. Called by that direction's thread alone. */
    @FunctionalInterface
    public interface Tap {
        /** Passes everything as it is. */
        Tap OPEN = (bytes, length, out) -> out.write(bytes, 0, length);

        /**
         * Bytes have come. What is written goes on; this call may hold it for as long as it likes.
         *
         * @param bytes the first so many have come; may be changed
         * @param out leads to the other end
         */
        void passing(byte[] bytes, int length, OutputStream out) throws IOException, InterruptedException;
    }

    /** Makes the taps of a new connection. */
    @FunctionalInterface
    public interface Taps {
        /** @param toServer which direction; asked for both, the one to the server first */
        Tap tap(Connection connection, boolean toServer);
    }

    /** One connection through the relay. */
    public final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean halfOpen;

        private Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /** Ends it for both ends at once, with a reset. */
        public void cut() {
            reset(client);
            reset(server);
        }

        /**
         * Ends it for one end; the other one keeps a connection over which nothing comes any more.
         *
         * @param endServer whether the server sees the end; else the client does
         */
        public void halve(boolean endServer) {
            halfOpen = true;
            reset(endServer ? server : client);
        }

        private void ended() {
            if (!halfOpen) {
                closeQuietly(client);
                closeQuietly(server);
            }
        }
    }

    private final ServerSocket listening;
    private final Taps taps;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private volatile int serverPort;
    private volatile boolean down;
    private final AtomicLong count = new AtomicLong();

    /**
     * @param serverPort where those who connect are led to
     * @param taps called by one thread, for one connection after the other
     */
    public Relay(int serverPort, Taps taps) throws IOException {
        this(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), serverPort, taps);
    }

    /** For tests: takes connections from there. */
    Relay(ServerSocket listening, int serverPort, Taps taps) {
        this.listening = listening;
        this.serverPort = serverPort;
        this.taps = taps;
        daemon(this::accept);
    }

    /** @return where to connect to */
    public int port() {
        return listening.getLocalPort();
    }

    /** Leads new connections elsewhere. */
    public void lead(int port) {
        serverPort = port;
    }

    /** @return connections that were made so far, also those that were cut at once */
    public long count() {
        return count.get();
    }

    /** Cuts every connection, and new ones at once. */
    public void cut() {
        down = true;
        all().forEach(Connection::cut);
    }

    /** New connections pass again. */
    public void mend() {
        down = false;
    }

    private List<Connection> all() {
        synchronized (connections) {
            return List.copyOf(connections);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            Socket client;
            try {
                client = listening.accept();
            } catch (IOException e) {
                // It is closed; or whoever came has gone again, or there is no descriptor for him: others come.
                LockSupport.parkNanos(REFUSED_NANOS);
                continue;
            }
            count.incrementAndGet();
            try {
                connect(client);
            } catch (IOException e) {
                // Nobody is there, as the one who has connected shall see.
                reset(client);
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (down) {
            reset(client);
            return;
        }
        Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), serverPort));
        client.setTcpNoDelay(true);
        connection.server.setTcpNoDelay(true);
        synchronized (connections) {
            connections.add(connection);
        }
        Tap toServer = taps.tap(connection, true);
        Tap toClient = taps.tap(connection, false);
        daemon(() -> pass(connection, client, connection.server, toServer));
        daemon(() -> pass(connection, connection.server, client, toClient));
        if (down || listening.isClosed()) {
            connection.cut();
        }
    }

    private void pass(Connection connection, Socket from, Socket to, Tap tap) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[CHUNK_BYTES];
            for (int got = in.read(bytes); got >= 0; got = in.read(bytes)) {
                tap.passing(bytes, got, out);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // One end has gone; so shall the other.
        } finally {
            connection.ended();
            synchronized (connections) {
                if (connection.client.isClosed() && connection.server.isClosed()) {
                    connections.remove(connection);
                }
            }
        }
    }

    private static void daemon(Runnable what) {
        Thread thread = new Thread(what, "kvdock-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // It is of no use any more either way.
        }
    }

    /** Ends everything. Whoever waits in a tap is not woken. */
    @Override
    public void close() {
        closeQuietly(listening);
        all().forEach(Connection::cut);
    }
}
