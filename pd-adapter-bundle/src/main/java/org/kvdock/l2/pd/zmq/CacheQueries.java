package org.kvdock.l2.pd.zmq;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Asks the receiver's alloc port which keys it holds: {@code CacheQueryRequest{keys, id}}. A question without an answer is
 * repeated every second under the same id; its asker says when it is no longer of interest.
 */
public final class CacheQueries {
    private static final long REPEAT_NANOS = 1_000_000_000L;

    /** Gets an answer, on the loop's thread. */
    public interface Answer {
        /** @param cachedIndexes positions of the keys that the receiver holds, each within the list that was asked */
        void held(int[] cachedIndexes);
    }

    /** One question, so that its asker can withdraw it. */
    public static final class Query {
        private final long id;
        private final int keys;
        private final byte[] message;
        private final Answer answer;
        private long repeatNanos;

        private Query(long id, int keys, byte[] message, Answer answer) {
            this.id = id;
            this.keys = keys;
            this.message = message;
            this.answer = answer;
        }
    }

    private final ZmqLoop loop;
    private final Security security;
    private final InetAddress host;
    private final int port;
    private final AtomicLong nextId = new AtomicLong();
    // Loop's thread only.
    private final Map<Long, Query> open = new HashMap<>();
    private ZMQ.Socket socket;
    private boolean repeating;

    public CacheQueries(ZmqLoop loop, Security security, InetAddress host, int port) {
        this.loop = loop;
        this.security = security;
        this.host = host;
        this.port = port;
    }

    /** Asks. Safe for all threads. */
    public Query ask(List<ObjectKey> keys, Answer answer) {
        long id = nextId.getAndIncrement();
        byte[] message = new MessageWriter("CacheQueryRequest", 2)
                .texts("keys", keys.stream().map(ObjectKey::toString).toList())
                .number("id", id)
                .bytes();
        Query query = new Query(id, keys.size(), message, answer);
        loop.execute(() -> {
            open.put(id, query);
            if (!repeating) {
                repeating = true;
                loop.tick(this::repeat);
            }
            connect();
            send(query);
        });
        return query;
    }

    /** The answer is of no interest any more. Safe for all threads. */
    public void withdraw(Query query) {
        loop.execute(() -> open.remove(query.id));
    }

    private void connect() {
        if (socket == null) {
            socket = loop.connected(SocketType.DEALER, host, port, made -> security.curve().ifPresent(
                    curve -> curve.protectConnecting(made, security.receiver().orElseThrow())));
            loop.read(socket, this::answered);
        }
    }

    private void send(Query query) {
        query.repeatNanos = System.nanoTime() + REPEAT_NANOS;
        socket.send(query.message, ZMQ.DONTWAIT);
    }

    private void repeat() {
        long now = System.nanoTime();
        if (!open.isEmpty()) {
            // Where it could not be made for want of file descriptors, it is tried again.
            connect();
        }
        for (Query query : open.values()) {
            if (query.repeatNanos - now <= 0) {
                send(query);
            }
        }
    }

    private void answered(Incoming incoming) {
        try {
            Fields answer = Fields.decode(incoming.last());
            Query query = open.remove(answer.number("id", 0, Long.MAX_VALUE));
            if (query != null && answer.text("type", 64).equals("CacheQueryResponse")) {
                query.answer.held(answer.integers("cached_indexes", 0, Math.min(query.keys, Limits.ITEMS) - 1));
            }
        } catch (ProtocolException e) {
            // The question stays open and is repeated; its deadline ends it.
        }
    }
}
