package org.kvdock.l2.pd.zmq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.pd.wire.Limits;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * The one thread that uses an adapter's ZeroMQ sockets, which are not safe for several. Sockets are made before the
 * thread starts, or by jobs on it. {@link #execute} and {@link #close} are safe for all threads.
 */
public final class ZmqLoop implements AutoCloseable {
    private static final long JOIN_NANOS = 2_000_000_000L;
    private static final long TICK_MILLIS = 100;
    private static final int MAX_FRAMES = 8;
    private static final int GREETING_MILLIS = 3000;
    private static final int CONNECT_MILLIS = 300;
    private static final int MOST_WAITING = 1 << 16;
    // What JeroMQ 0.6.0 takes for itself, its first socket and a poller (22), our own pipe, and what it takes for each socket
    // more (4, and its connection), rounded up.
    private static final int BEGIN_DESCRIPTORS = 24;
    private static final int SOCKET_DESCRIPTORS = 8;

    private final ZContext context;
    private final Pipe pipe;
    private final ZMQ.Poller poller;
    private final Thread thread;
    private final Consumer<Throwable> trouble;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Map<ZMQ.Socket, Consumer<Incoming>> readers = new LinkedHashMap<>();
    private final List<Runnable> ticks = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param name for the thread
     * @param lingerMillis how long close waits for messages that are on their way
     * @param trouble told of what goes wrong on the thread
     */
    public ZmqLoop(String name, int lingerMillis, Consumer<Throwable> trouble) {
        this.trouble = trouble;
        SpareDescriptors.require(BEGIN_DESCRIPTORS);
        context = new ZContext();
        boolean done = false;
        try {
            context.setLinger(lingerMillis);
            // JeroMQ begins with its first socket, and where that fails for want of file descriptors it never does: so the
            // first one is made now, when whoever makes an adapter can be told, and not when one is needed.
            context.createSocket(SocketType.PAIR).close();
            poller = context.createPoller(8);
            pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!done) {
                context.close();
            }
        }
        thread = new Thread(this::run, "kvdock-" + name + "-zmq");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** @return a socket with bounded messages, to bind */
    public ZMQ.Socket socket(SocketType type) {
        SpareDescriptors.require(SOCKET_DESCRIPTORS);
        ZMQ.Socket socket = context.createSocket(type);
        BoundedMessages.on(socket, Limits.MESSAGE_BYTES);
        socket.setLinger(context.getLinger());
        socket.setHandshakeIvl(GREETING_MILLIS);
        return socket;
    }

    /**
     * @param protection adds security to the socket
     * @return a socket with bounded messages that connects, again and again if need be
     */
    public ZMQ.Socket connected(SocketType type, InetAddress host, int port, Consumer<ZMQ.Socket> protection) {
        ZMQ.Socket socket = socket(type);
        protection.accept(socket);
        // JeroMQ 0.6.0 loses the hand-over of a connected channel to its poller now and then, and says nothing over it
        // until this time is over; then it connects again (its pull request 1022; the default is 30 s).
        socket.setHandshakeIvl(CONNECT_MILLIS);
        socket.setReconnectIVL(50);
        socket.setReconnectIVLMax(2000);
        socket.setSndHWM(MOST_WAITING);
        socket.connect(Endpoints.of(host, port));
        return socket;
    }

    /** @param reader gets each message that comes */
    void read(ZMQ.Socket socket, Consumer<Incoming> reader) {
        readers.put(socket, reader);
    }

    /** Runs a job about every 100 ms. */
    public void tick(Runnable job) {
        ticks.add(job);
    }

    /** Runs a job on the thread, soon. */
    public void execute(Runnable job) {
        jobs.add(job);
        if (woken.compareAndSet(false, true)) {
            try {
                pipe.sink().write(ByteBuffer.allocate(1));
            } catch (IOException e) {
                // Closed: nobody is there to be woken.
            }
        }
    }

    /** Ends the thread and its sockets; waits a bounded while for messages on their way. */
    @Override
    public void close() {
        stopped = true;
        execute(() -> {});
        if (thread.getState() == Thread.State.NEW) {
            shut();
        } else {
            Uninterrupted.join(JOIN_NANOS, thread);
        }
    }

    private void run() {
        long nextTick = System.nanoTime();
        try (poller) {
            poller.register(pipe.source(), ZMQ.Poller.POLLIN);
            List<ZMQ.Socket> polled = new ArrayList<>();
            while (!stopped) {
                for (ZMQ.Socket socket : readers.keySet()) {
                    if (!polled.contains(socket)) {
                        polled.add(socket);
                        poller.register(socket, ZMQ.Poller.POLLIN);
                    }
                }
                poller.poll(ticks.isEmpty() ? -1 : TICK_MILLIS);
                drainPipe();
                for (Runnable job = jobs.poll(); job != null && !stopped; job = jobs.poll()) {
                    run(job);
                }
                for (ZMQ.Socket socket : polled) {
                    receive(socket);
                }
                if (System.nanoTime() - nextTick >= 0) {
                    nextTick = System.nanoTime() + TICK_MILLIS * 1_000_000;
                    ticks.forEach(this::run);
                }
            }
        } catch (RuntimeException | Error e) {
            trouble.accept(e);
        } finally {
            for (Runnable job = jobs.poll(); job != null; job = jobs.poll()) {
                run(job);
            }
            shut();
        }
    }

    private void drainPipe() {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(64);
            while (pipe.source().read(bytes) > 0) {
                bytes.clear();
            }
        } catch (IOException e) {
            trouble.accept(e);
        }
        // Cleared after the pipe is empty, or a wake-up that comes in between would be drained and still count as sent;
        // and before the jobs are taken, so that a job that comes later wakes the thread again.
        woken.set(false);
    }

    private void receive(ZMQ.Socket socket) {
        for (int turn = 0; turn < 256; turn++) {
            Msg frame = socket.base().recv(ZMQ.DONTWAIT);
            if (frame == null) {
                return;
            }
            List<byte[]> frames = new ArrayList<>();
            frames.add(frame.data());
            Metadata sender = frame.getMetadata();
            while (frame != null && frame.hasMore()) {
                frame = socket.base().recv(ZMQ.DONTWAIT);
                if (frame != null && frames.size() < MAX_FRAMES) {
                    frames.add(frame.data());
                    // The routing id in front of a message has none.
                    sender = frame.getMetadata();
                }
            }
            Incoming incoming = new Incoming(frames, property(sender, Metadata.USER_ID), property(sender, Metadata.PEER_ADDRESS));
            run(() -> readers.get(socket).accept(incoming));
        }
    }

    private static Optional<String> property(Metadata metadata, String name) {
        return Optional.ofNullable(metadata).map(all -> all.get(name)).filter(value -> !value.isEmpty());
    }

    private void run(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException | Error e) {
            trouble.accept(e);
        }
    }

    private void shut() {
        context.close();
        SpareDescriptors.close(pipe);
    }
}
