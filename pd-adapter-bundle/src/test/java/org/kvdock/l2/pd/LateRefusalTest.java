package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A commit and the end of its lease that cross on their way. */
class LateRefusalTest {
    private static final long EPOCH = 7;
    private static final int CHUNK = 1000;

    @Test
    @DisplayName("case 47: a commit that crosses the end of its lease is refused, and costs the link nothing: the transfer asks again")
    void crossing() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", 1);
        try (ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port.setSoTimeout((int) Caller.patience().toMillis());
            try (L2Adapter sender = Pd.sender(
                            "[" + port.getLocalPort() + "]", "[" + Pd.deadPort() + "]", "transfer_channel", "tcp");
                    Caller prefill = new Caller(sender)) {
                long task = sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
                try (RawLink link = new RawLink(port.accept())) {
                    link.receive(Message.Hello.class);
                    link.send(new Message.Welcome(Limits.VERSION, EPOCH, "tcp", 1 << 20, 1 << 20, 10_000));
                    long id = link.receive(Message.Reserve.class).id();
                    link.send(alloc(id, 1));
                    assertArrayEquals(new long[] {1}, link.receive(Message.Commit.class).slots());
                    // The receiver said this before the commit was there.
                    link.send(new Message.Lapsed(id));
                    link.send(new Message.CommitAck(id, new long[0], new long[] {1}, ErrorCode.PEER_REFUSED, "not reserved"));
                    assertEquals(id, link.receive(Message.Reserve.class).id());
                    link.send(alloc(id, 2));
                    assertArrayEquals(new long[] {2}, link.receive(Message.Commit.class).slots());
                    link.send(new Message.CommitAck(id, new long[] {2}, new long[0], ErrorCode.NONE, ""));
                    TaskResult result = prefill.await(TaskKind.STORE, task);
                    assertTrue(result.success(), result.toString());
                    assertEquals("0", sender.status().details().get("links_lost"));
                }
            }
        }
    }

    private static Message.Alloc alloc(long id, long slot) {
        return new Message.Alloc(id, new int[] {0}, new long[] {slot}, new long[0], new long[0], new int[0]);
    }
}
