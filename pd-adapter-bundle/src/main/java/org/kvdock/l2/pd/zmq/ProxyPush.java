package org.kvdock.l2.pd.zmq;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Tells the proxy how requests went. ZeroMQ keeps what it cannot deliver yet, up to a bound. Safe for all threads. */
public final class ProxyPush {
    private final ZmqLoop loop;
    private final Security security;
    private final InetSocketAddress proxy;
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    // Loop's thread only; made when there is something to tell, since construction contacts nobody.
    private ZMQ.Socket socket;

    public ProxyPush(ZmqLoop loop, Security security, InetSocketAddress proxy) {
        this.loop = loop;
        this.security = security;
        this.proxy = proxy;
    }

    /** All chunks of the request are committed: {@code ProxyNotif{req_id}}. */
    public void arrived(String requestId) {
        arrived.incrementAndGet();
        push(new MessageWriter("ProxyNotif", 1).text("req_id", requestId).bytes());
    }

    /** The request failed: {@code ProxyFailed{req_id, error}}. */
    public void failed(String requestId, String error) {
        failed.incrementAndGet();
        push(new MessageWriter("ProxyFailed", 2).text("req_id", requestId).text("error", error).bytes());
    }

    private void push(byte[] message) {
        loop.execute(() -> {
            if (socket == null) {
                socket = loop.connected(SocketType.PUSH, proxy.getAddress(), proxy.getPort(), made -> security.proxy().ifPresent(
                        key -> security.curve().orElseThrow().protectConnecting(made, key)));
            }
            if (!socket.send(message, ZMQ.DONTWAIT)) {
                dropped.incrementAndGet();
            }
        });
    }

    /** @return counts for status */
    public String counts() {
        return arrived + " arrived, " + failed + " failed, " + dropped + " not told";
    }
}
