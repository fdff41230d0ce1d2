package org.kvdock.l2.pd.zmq;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.pd.security.Curve;
import org.kvdock.l2.pd.security.Refusals;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Answers the question of ZeroMQ's sockets whether a client may come in (ZAP, ZeroMQ RFC 27): yes for a CURVE key that is
 * in the key files. It must be open before a socket listens, because where nobody answers, JeroMQ lets everybody in; for
 * the same reason {@link AllocPort} looks at the user of every message once more.
 */
final class Door {
    private static final String ADDRESS = "inproc://zeromq.zap.01";
    private static final String VERSION = "1.0";
    private static final int FRAMES = 7;

    private final Curve curve;
    private final Refusals refusals;
    private final ZMQ.Socket socket;

    private Door(ZMQ.Socket socket, Curve curve, Refusals refusals) {
        this.socket = socket;
        this.curve = curve;
        this.refusals = refusals;
    }

    /** Before any socket of the loop listens. */
    static void open(ZmqLoop loop, Curve curve, Refusals refusals) {
        ZMQ.Socket socket = loop.socket(SocketType.REP);
        socket.bind(ADDRESS);
        Door door = new Door(socket, curve, refusals);
        loop.read(socket, door::asked);
    }

    // version, request id, domain, address, routing id, mechanism, key
    private void asked(Incoming question) {
        List<byte[]> frames = question.frames();
        byte[] id = frames.size() > 1 ? frames.get(1) : new byte[0];
        Optional<String> name = frames.size() == FRAMES && text(frames.get(0)).equals(VERSION) && text(frames.get(5)).equals("CURVE")
                ? curve.name(frames.get(6))
                : Optional.empty();
        if (name.isEmpty()) {
            String from = frames.size() > 3 ? text(frames.get(3)) : "an address unknown";
            refusals.refused(from, AllocPort.WHERE, Refusals.Kind.WRONG_KEY, "the CURVE key is of nobody that is known here");
        }
        List<byte[]> answer = List.of(
                bytes(VERSION), id, bytes(name.isPresent() ? "200" : "400"), bytes(name.isPresent() ? "OK" : "not known here"),
                bytes(name.orElse("")), new byte[0]);
        for (int i = 0; i < answer.size(); i++) {
            socket.send(answer.get(i), i < answer.size() - 1 ? ZMQ.SNDMORE | ZMQ.DONTWAIT : ZMQ.DONTWAIT);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] frame) {
        return new String(Arrays.copyOf(frame, Math.min(frame.length, 64)), StandardCharsets.US_ASCII);
    }
}
