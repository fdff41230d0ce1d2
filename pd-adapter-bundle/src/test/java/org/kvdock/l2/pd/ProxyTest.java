package org.kvdock.l2.pd;

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
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class ProxyTest {
    private static final int CHUNK = 1 << 10;

    private final ZContext context = new ZContext();
    private final ZMQ.Socket proxy = context.createSocket(SocketType.PULL);
    private final L2Adapter receiver;
    private final L2Adapter sender;
    private final Caller prefill;
    private final Caller decode;

    ProxyTest() {
        proxy.setReceiveTimeOut((int) Caller.patience().toMillis());
        int port = proxy.bindToRandomPort("tcp://127.0.0.1");
        receiver = Pd.receiver(4 * CHUNK, new HoldingsRef());
        sender = Pd.sender(receiver, "proxy_host", "127.0.0.1", "proxy_port", port);
        prefill = new Caller(sender);
        decode = new Caller(receiver);
    }

    @AfterEach
    void close() {
        prefill.close();
        decode.close();
        sender.close();
        receiver.close();
        context.close();
    }

    private long submit(String request, List<ObjectKey> keys, boolean last, int total) {
        return sender.submitStoreTask(
                keys, Chunks.buffers(keys, CHUNK), Optional.of(new StoreContext(request, last, total, KvLayout.OPAQUE)));
    }

    private Fields told() throws ProtocolException {
        byte[] message = proxy.recv();
        assertNotNull(message, "the proxy was told nothing");
        return Fields.decode(message);
    }

    private void assertArrived(String request) throws ProtocolException {
        Fields told = told();
        assertEquals("ProxyNotif", told.text("type", 64));
        assertEquals(request, told.text("req_id", 256));
    }

    @Test
    @DisplayName("case 53: the proxy is told once a request's last batch and all before it are committed")
    void afterTheLastBatch() throws ProtocolException {
        List<ObjectKey> keys = Chunks.keys("k", 4);
        submit("r", keys.subList(0, 2), false, 4);
        submit("r", keys.subList(2, 4), true, 4);
        assertArrived("r");
        assertTrue(decode.lookup(keys).bitmap().all(), "told before everything was committed");
    }

    @Test
    @DisplayName("case 53: also for a request without a new chunk, and for an empty last batch")
    void nothingNew() throws ProtocolException {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        prefill.await(TaskKind.STORE, submit("first", keys, true, 2));
        assertArrived("first");
        assertEquals(0, prefill.await(TaskKind.STORE, submit("again", keys, true, 2)).bytesMoved());
        assertArrived("again");
        assertTrue(prefill.await(TaskKind.STORE, submit("empty", List.of(), true, 0)).success());
        assertArrived("empty");
        submit("batches", keys, false, 2);
        submit("batches", List.of(), true, 2);
        assertArrived("batches");
    }

    @Test
    @DisplayName("case 53: a failed request is told as failed, with the cause, and never as arrived")
    void failed() throws ProtocolException {
        submit("large", Chunks.keys("k", 5), true, 5);
        Fields told = told();
        assertEquals("ProxyFailed", told.text("type", 64));
        assertEquals("large", told.text("req_id", 256));
        assertTrue(told.text("error", 1024).contains("staging"), told.text("error", 1024));
        submit("next", Chunks.keys("n", 1), true, 1);
        assertArrived("next");
    }
}
