package org.kvdock.l2.pd.zmq;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A receiver's ZeroMQ ports, one for each TP rank, which answer LMCache's words from whoever asks: REQ and DEALER sockets
 * alike. For the loop's thread, but the constructor.
 */
public final class AllocPort {
    /** Answers one request. */
    public interface Service {
        /**
         * @param type the request's type
         * @param request its fields
         * @param caller who asks; may be answered later, from any thread
         */
        void serve(String type, Fields request, Caller caller) throws ProtocolException;
    }

    /** Somebody who asked one question. */
    public final class Caller {
        private final ZMQ.Socket socket;
        private final List<byte[]> envelope;

        private Caller(ZMQ.Socket socket, List<byte[]> envelope) {
            this.socket = socket;
            this.envelope = envelope;
        }

        /** @return names the asking socket as long as it lives */
        public String name() {
            return "zmq-" + java.util.HexFormat.of().formatHex(envelope.get(0));
        }

        /** Answers. Safe for all threads. */
        public void answer(byte[] message) {
            loop.execute(() -> {
                for (byte[] frame : envelope) {
                    if (!socket.send(frame, ZMQ.DONTWAIT | ZMQ.SNDMORE)) {
                        return;
                    }
                }
                socket.send(message, ZMQ.DONTWAIT);
            });
        }

        /** Says what is wrong with the request. Safe for all threads. */
        public void refuse(String text) {
            answer(new MessageWriter("Error", 1).text("text", text).bytes());
        }
    }

    private final ZmqLoop loop;
    private final Service service;

    public AllocPort(ZmqLoop loop, Service service) {
        this.loop = loop;
        this.service = service;
    }

    /**
     * Listens; before the loop starts.
     *
     * @param ports 0 for any free one
     * @return the ports
     */
    public List<Integer> listen(InetAddress host, List<Integer> ports) {
        List<Integer> bound = new ArrayList<>();
        for (int port : ports) {
            ZMQ.Socket socket = loop.socket(SocketType.ROUTER);
            try {
                socket.bind(port == 0 ? Endpoints.anyPort(host) : Endpoints.of(host, port));
            } catch (ZMQException e) {
                throw new BadConfigurationException(
                        "peer_alloc_port", port, "a port that is free on " + host.getHostAddress() + " (" + e.getMessage() + ")");
            }
            bound.add(Endpoints.port(socket.getLastEndpoint()));
            loop.read(socket, frames -> serve(socket, frames));
        }
        return bound;
    }

    private void serve(ZMQ.Socket socket, List<byte[]> frames) {
        // DEALER: identity, request. REQ: identity, empty, request.
        boolean fromReq = frames.size() == 3 && frames.get(1).length == 0;
        if (frames.size() != 2 && !fromReq) {
            return;
        }
        Caller caller = new Caller(socket, frames.subList(0, frames.size() - 1));
        try {
            Fields request = Fields.decode(frames.get(frames.size() - 1));
            service.serve(request.text("type", 64), request, caller);
        } catch (ProtocolException e) {
            caller.refuse(e.getMessage());
        }
    }
}
