package org.kvdock.cli.proxy;

import java.io.IOException;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.Msg;

/** Stands where a proxy would: a PULL socket that senders tell of their requests. One thread takes all messages. */
public final class ProxyListener implements AutoCloseable {
    private static final int CONTEXT_ENDED = ZMQ.Error.ETERM.getCode();

    private final ZMQ.Context context;
    private final ZMQ.Socket socket;
    private final Consumer<ProxyMessage> onMessage;
    private final Thread thread;

    private ProxyListener(ZMQ.Context context, ZMQ.Socket socket, Consumer<ProxyMessage> onMessage) {
        this.context = context;
        this.socket = socket;
        this.onMessage = onMessage;
        this.thread = new Thread(this::run, "kvdock-proxy");
    }

    /**
     * @param port bound on loopback before this returns
     * @param onMessage called on the listener's thread
     * @return listens until closed
     */
    public static ProxyListener start(int port, Consumer<ProxyMessage> onMessage) {
        ZMQ.Context context = ZMQ.context(1);
        ZMQ.Socket socket = context.socket(SocketType.PULL);
        try {
            socket.setLinger(0);
            socket.setMaxMsgSize(ProxyMessage.MAX_BYTES);
            // JeroMQ 0.6.0 takes a length with its highest bit for a small one, and its thread never comes back from it.
            socket.setMsgAllocator(bytes -> new Msg(bytes < 0 || bytes > ProxyMessage.MAX_BYTES ? 0 : bytes));
            socket.setRcvHWM(0);
            socket.bind("tcp://127.0.0.1:" + port);
        } catch (ZMQException e) {
            socket.close();
            context.term();
            throw new IllegalStateException("the proxy's port " + port + " cannot be bound: " + e.getMessage(), e);
        }
        // Thread start hands the socket over; no other thread touches it from here on.
        ProxyListener listener = new ProxyListener(context, socket, onMessage);
        listener.thread.start();
        return listener;
    }

    private void run() {
        try {
            while (true) {
                byte[] message = socket.recv();
                if (message == null) {
                    break;
                }
                take(message);
            }
        } catch (ZMQException e) {
            if (e.getErrorCode() != CONTEXT_ENDED) {
                System.err.println("the proxy's socket failed: " + e);
            }
        } finally {
            socket.close();
        }
    }

    private void take(byte[] message) {
        try {
            onMessage.accept(ProxyMessage.parse(message));
        } catch (IOException e) {
            System.err.println("the proxy was told nonsense: " + e.getMessage());
        } catch (RuntimeException e) {
            System.err.println("a request could not be handed over: " + e);
        }
    }

    /** Ends the thread, which closes its socket itself; waits for both. */
    @Override
    public void close() {
        context.term();
    }
}
