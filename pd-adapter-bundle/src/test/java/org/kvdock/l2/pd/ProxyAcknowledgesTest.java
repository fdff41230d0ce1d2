package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Notifications to a proxy that answers them. */
class ProxyAcknowledgesTest {
    private static final int CHUNK = 1 << 10;

    private final L2Adapter receiver = Pd.receiver(4 * CHUNK, new HoldingsRef());
    private ZContext context = new ZContext();
    private ZMQ.Socket proxy = router();
    private final int port = proxy.bindToRandomPort("tcp://127.0.0.1");
    private final L2Adapter sender =
            Pd.sender(receiver, "proxy_host", "127.0.0.1", "proxy_port", port, "proxy_acknowledges", true);
    private final Caller prefill = new Caller(sender);

    private ZMQ.Socket router() {
        ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
        socket.setReceiveTimeOut((int) Caller.patience().toMillis());
        socket.setLinger(0);
        return socket;
    }

    @AfterEach
    void close() {
        prefill.close();
        sender.close();
        receiver.close();
        context.close();
    }

    /** What the proxy has got: who said it, and what. */
    private record Told(byte[] sender, Fields message) {}

    private Told told() throws ProtocolException {
        byte[] from = proxy.recv();
        assertNotNull(from, "the proxy was told nothing");
        return new Told(from, Fields.decode(proxy.recv()));
    }

    private void acknowledge(Told told) throws ProtocolException {
        proxy.sendMore(told.sender);
        proxy.send(new MessageWriter("ProxyAck", 1).number("id", told.message.number("id", 0, Long.MAX_VALUE)).bytes());
    }

    private void store(String request, int chunks) {
        List<ObjectKey> keys = Chunks.keys(request, chunks);
        prefill.await(TaskKind.STORE, sender.submitStoreTask(
                keys, Chunks.buffers(keys, CHUNK), Optional.of(new StoreContext(request, true, chunks, KvLayout.OPAQUE))));
    }

    private void awaitProxy(String counts) {
        Waiting.until(counts, () -> sender.status().details().get("proxy").equals(counts));
    }

    @Test
    @DisplayName("case 53: what a proxy has answered is not told again; what it has not is, failures too, and nonsense answers nothing")
    void repeatedUntilAnswered() throws ProtocolException {
        store("one", 1);
        Told first = told();
        assertEquals("ProxyNotif", first.message.text("type", 64));
        assertEquals("one", first.message.text("req_id", 256));
        for (byte[] nonsense : List.of(new byte[] {1}, new MessageWriter("ProxyAck", 0).bytes(),
                new MessageWriter("ProxyNack", 1).number("id", 0).bytes(), new MessageWriter("ProxyAck", 1).number("id", 77).bytes())) {
            proxy.sendMore(first.sender);
            proxy.send(nonsense);
        }
        Told again = told();
        assertEquals("one", again.message.text("req_id", 256));
        assertEquals(first.message.number("id", 0, 9), again.message.number("id", 0, 9));
        assertArrayEquals(first.sender, again.sender);
        acknowledge(again);
        awaitProxy("1 arrived, 0 failed, 0 not told, 0 unanswered");
        store("large", 5);
        Told failed = told();
        assertEquals("ProxyFailed", failed.message.text("type", 64));
        assertEquals("large", failed.message.text("req_id", 256));
        assertTrue(failed.message.text("error", 1024).contains("staging"));
        acknowledge(failed);
        awaitProxy("1 arrived, 1 failed, 0 not told, 0 unanswered");
    }

    @Test
    @DisplayName("case 53: a proxy that restarts between a notification and its answer, and one that was away, still gets it")
    void restarts() throws ProtocolException {
        store("before", 1);
        assertEquals("before", told().message.text("req_id", 256));
        context.close();
        store("while it is away", 1);
        context = new ZContext();
        proxy = router();
        assertTrue(proxy.bind("tcp://127.0.0.1:" + port));
        boolean before = false;
        boolean away = false;
        while (!before || !away) {
            Told told = told();
            before |= told.message.text("req_id", 256).equals("before");
            away |= told.message.text("req_id", 256).equals("while it is away");
            acknowledge(told);
        }
        awaitProxy("2 arrived, 0 failed, 0 not told, 0 unanswered");
    }
}
