package org.kvdock.l2.pd.zmq;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.l2.pd.GrowingPause;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Tells the proxy how requests went. To a PULL socket each is told once, as proxies know it; ZeroMQ keeps what it cannot
 * deliver yet, up to a bound, and what was on its way to a proxy that dies is lost. To a proxy that acknowledges, behind a
 * ROUTER socket, each is told again with growing pauses until the proxy has answered, so one that restarts gets it too,
 * perhaps several times: ZeroMQ keeps what was told again meanwhile. Safe for all threads.
 */
public final class ProxyPush {
    /** Notifications without an answer; past this many the oldest is given up. */
    static final int MOST_OPEN = 1 << 16;
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final class Open {
        private final byte[] message;
        private final GrowingPause pause = new GrowingPause(LEAST_PAUSE, LONGEST_PAUSE);
        private long againNanos;

        Open(byte[] message) {
            this.message = message;
        }
    }

    private final ZmqLoop loop;
    private final Security security;
    private final InetSocketAddress proxy;
    private final boolean acknowledges;
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    // Loop's thread only; made when there is something to tell, since construction contacts nobody.
    private ZMQ.Socket socket;
    // Loop's thread only. By number, since a request's name may come again.
    private final Map<Long, Open> open = new LinkedHashMap<>();
    private long nextNumber;

    /** @param acknowledges whether the proxy answers each notification */
    public ProxyPush(ZmqLoop loop, Security security, InetSocketAddress proxy, boolean acknowledges) {
        this.loop = loop;
        this.security = security;
        this.proxy = proxy;
        this.acknowledges = acknowledges;
    }

    /** All chunks of the request are committed: {@code ProxyNotif{req_id}}. */
    public void arrived(String requestId) {
        arrived.incrementAndGet();
        tell("ProxyNotif", Map.of("req_id", requestId));
    }

    /** The request failed: {@code ProxyFailed{req_id, error}}. */
    public void failed(String requestId, String error) {
        failed.incrementAndGet();
        tell("ProxyFailed", Map.of("req_id", requestId, "error", error));
    }

    private void tell(String type, Map<String, String> texts) {
        loop.execute(() -> {
            connect();
            MessageWriter message = new MessageWriter(type, texts.size() + (acknowledges ? 1 : 0));
            for (String field : List.of("req_id", "error")) {
                if (texts.containsKey(field)) {
                    message.text(field, texts.get(field));
                }
            }
            if (acknowledges) {
                long number = nextNumber++;
                keep(number, message.number("id", number).bytes());
            } else if (!socket.send(message.bytes(), ZMQ.DONTWAIT)) {
                dropped.incrementAndGet();
            }
        });
    }

    private void connect() {
        if (socket == null) {
            socket = loop.connected(
                    acknowledges ? SocketType.DEALER : SocketType.PUSH, proxy.getAddress(), proxy.getPort(),
                    made -> security.proxy().ifPresent(
                            key -> security.curve().orElseThrow().protectConnecting(made, key)));
            if (acknowledges) {
                loop.read(socket, this::answered);
                loop.tick(this::repeat);
            }
        }
    }

    private void keep(long number, byte[] message) {
        Open kept = new Open(message);
        open.put(number, kept);
        if (open.size() > MOST_OPEN) {
            Iterator<Long> oldest = open.keySet().iterator();
            oldest.next();
            oldest.remove();
            dropped.incrementAndGet();
        }
        send(kept);
        unanswered.set(open.size());
    }

    private void send(Open kept) {
        kept.againNanos = System.nanoTime() + kept.pause.next();
        // One that does not go out now is repeated like one without an answer.
        socket.send(kept.message, ZMQ.DONTWAIT);
    }

    private void repeat() {
        long now = System.nanoTime();
        for (Open kept : open.values()) {
            if (kept.againNanos - now <= 0) {
                send(kept);
            }
        }
    }

    private void answered(Incoming incoming) {
        try {
            Fields answer = Fields.decode(incoming.last());
            if (answer.text("type", 64).equals("ProxyAck")) {
                open.remove(answer.number("id", 0, Long.MAX_VALUE));
                unanswered.set(open.size());
            }
        } catch (ProtocolException e) {
            // What it answers stays open and is repeated.
        }
    }

    /** @return counts for status */
    public String counts() {
        return arrived + " arrived, " + failed + " failed, " + dropped + " not told"
                + (acknowledges ? ", " + unanswered + " unanswered" : "");
    }
}
