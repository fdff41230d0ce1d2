package org.kvdock.l2.pd.security;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.zeromq.ZMQ;

/** CURVE on ZeroMQ sockets: this end's pair, and whose keys are let in. Safe for all threads. */
public final class Curve {
    /** What the sockets of an adapter call the place where they ask whether a client may come in. */
    private static final String DOMAIN = "kvdock";

    private final CurveKeys own;
    private final Map<String, String> names = new HashMap<>();

    Curve(Identity identity) {
        own = identity.curve();
        identity.peers().values().forEach(peer -> names.put(peer.curve().publicKey(), peer.name()));
    }

    /** A socket that listens: clients must know this end's key, and are asked for theirs. */
    public void protectListening(ZMQ.Socket socket) {
        socket.setCurveServer(true);
        socket.setCurvePublicKey(own.publicBytes());
        socket.setCurveSecretKey(own.secretBytes());
        socket.setZAPDomain(DOMAIN);
    }

    /** A socket that connects: the other end must have the secret of exactly this key. */
    public void protectConnecting(ZMQ.Socket socket, CurveKeys server) {
        socket.setCurveServerKey(server.publicBytes());
        socket.setCurvePublicKey(own.publicBytes());
        socket.setCurveSecretKey(own.secretBytes());
    }

    /**
     * @param publicKey 32 bytes that the client has proved to have the secret of
     * @return the peer's name, empty if it is nobody who may come in
     */
    public Optional<String> name(byte[] publicKey) {
        return publicKey.length == 32 ? Optional.ofNullable(names.get(ZMQ.Curve.z85Encode(publicKey))) : Optional.empty();
    }

    /** @return whether it is the name of a peer who may come in */
    public boolean knows(String name) {
        return names.containsValue(name);
    }
}
