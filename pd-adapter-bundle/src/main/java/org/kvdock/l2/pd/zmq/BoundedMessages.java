package org.kvdock.l2.pd.zmq;

import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Bounds the messages of a ZeroMQ socket. JeroMQ's own bound is not enough: a length of 64 bits whose highest is set is
 * negative in Java, so JeroMQ 0.6.0 finds it small enough, cuts it to 32 bits, and either takes up to 2 GiB or, where that is
 * negative too, breaks off in the middle of its decoder. Its one thread then turns for ever around the bytes that are left,
 * and nobody's connection is begun or served any more. All of that is before anybody has shown a key.
 *
 * <p>Here such a length gives an empty message: no handshake goes on with one, and a peer without a handshake of its own
 * has lost its own place in its own stream. Safe for all threads.
 */
final class BoundedMessages implements MsgAllocator {
    private final int mostBytes;

    private BoundedMessages(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Before the socket is bound or connected. */
    static void on(ZMQ.Socket socket, int mostBytes) {
        socket.setMaxMsgSize(mostBytes);
        socket.setMsgAllocator(new BoundedMessages(mostBytes));
    }

    @Override
    public Msg allocate(int bytes) {
        return new Msg(bytes < 0 || bytes > mostBytes ? 0 : bytes);
    }
}
