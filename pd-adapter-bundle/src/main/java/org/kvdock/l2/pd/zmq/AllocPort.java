package org.kvdock.l2.pd.zmq;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.security.Security;
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
    static final String WHERE = "alloc port";
    /** Longest message in bytes; what a stranger can make this side take for one before it is known. */
    private static final int MESSAGE_BYTES = 2 << 20;
    /** Messages that wait, for each connection. */
    private static final int MOST_WAITING = 64;

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
        private final String user;

        private Caller(ZMQ.Socket socket, List<byte[]> envelope, Optional<String> user) {
            this.socket = socket;
            this.envelope = envelope;
            this.user = user.map(name -> name + "/").orElse("");
        }

        /** @return names the asking socket as long as it lives */
        public String name() {
            return user + "zmq-" + HexFormat.of().formatHex(envelope.get(0));
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
    private final Security security;
    private final Service service;

    public AllocPort(ZmqLoop loop, Security security, Service service) {
        this.loop = loop;
        this.security = security;
        this.service = service;
    }

    /**
     * Listens; before the loop starts.
     *
     * @param ports 0 for any free one
     * @return the ports
     */
    public List<Integer> listen(InetAddress host, List<Integer> ports) {
        security.curve().ifPresent(curve -> Door.open(loop, curve, security.refusals()));
        List<Integer> bound = new ArrayList<>();
        for (int port : ports) {
            ZMQ.Socket socket = loop.socket(SocketType.ROUTER);
            BoundedMessages.on(socket, MESSAGE_BYTES);
            // Guests end who is slow. JeroMQ's own timer would also keep the memory of whoever has gone until it runs out, so
            // that strangers who come and go quickly could take any amount.
            socket.setHandshakeIvl(0);
            socket.setRcvHWM(MOST_WAITING);
            security.curve().ifPresent(curve -> curve.protectListening(socket));
            Guests guests = new Guests(security.refusals());
            guests.watch(socket);
            loop.tick(guests::tick);
            try {
                socket.bind(port == 0 ? Endpoints.anyPort(host) : Endpoints.of(host, port));
            } catch (ZMQException e) {
                throw new BadConfigurationException(
                        "peer_alloc_port", port, "a port that is free on " + host.getHostAddress() + " (" + e.getMessage() + ")");
            }
            bound.add(Endpoints.port(socket.getLastEndpoint()));
            loop.read(socket, incoming -> serve(socket, guests, incoming));
        }
        return bound;
    }

    private void serve(ZMQ.Socket socket, Guests guests, Incoming incoming) {
        if (security.curve().isPresent() && !incoming.user().map(security.curve().get()::knows).orElse(false)) {
            // The door lets nobody in who is not known; if it failed, this does not.
            return;
        }
        incoming.address().ifPresent(guests::letIn);
        List<byte[]> frames = incoming.frames();
        // DEALER: identity, request. REQ: identity, empty, request.
        boolean fromReq = frames.size() == 3 && frames.get(1).length == 0;
        if (frames.size() != 2 && !fromReq) {
            return;
        }
        Caller caller = new Caller(socket, frames.subList(0, frames.size() - 1), incoming.user());
        try {
            Fields request = Fields.decode(frames.get(frames.size() - 1));
            service.serve(request.text("type", 64), request, caller);
        } catch (ProtocolException e) {
            caller.refuse(e.getMessage());
        }
    }
}
