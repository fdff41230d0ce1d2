package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Memory that a hanging sender may still write into is nobody else's until that sender has let go. */
class FenceTest {
    private static final int CHUNK = 6400;

    @Test
    @DisplayName("case 47: over shared memory a slot whose lease ended stays out of use until its sender has closed its end")
    void quarantine() throws IOException {
        try (L2Adapter receiver = Pd.receiver(
                        CHUNK, new HoldingsRef(), "transfer_channel", "shm", "reservation_lease_ms", 1500, "heartbeat_ms", 50);
                RawLink hanging = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            Message.Welcome welcome = hanging.greet(1, "shm");
            List<ObjectKey> keys = Chunks.keys("k", 1);
            hanging.send(RawLink.reserve(1, welcome.epoch(), "", 1, keys, CHUNK));
            Message.Segment segment = hanging.receive(Message.Segment.class);
            assertTrue(segment.bytes() >= CHUNK);
            assertEquals(segment.number(), hanging.receive(Message.Alloc.class).segments()[0]);
            // From here on it hangs, perhaps in the middle of a write. The receiver lets go of its side.
            hanging.awaitEnd();
            Waiting.until("the end of the link", () -> receiver.status().details().get("senders").equals("0"));
            assertEquals("0", receiver.status().details().get("staging_free_bytes"));
            try (L2Adapter next = Pd.sender(receiver, "transfer_channel", "shm"); Caller prefill = new Caller(next)) {
                long waiting = next.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
                Waiting.until("the next sender", () -> receiver.status().details().get("senders").equals("1"));
                assertEquals(0, receiver.usage().objects());
                hanging.hangUp();
                assertTrue(prefill.await(org.kvdock.l2.TaskKind.STORE, waiting).success());
            }
        }
    }

    @Test
    @DisplayName("over shared memory a sender that gives up by itself gives its slots back at once")
    void abortGivesBack() throws IOException {
        try (L2Adapter receiver = Pd.receiver(CHUNK, new HoldingsRef(), "transfer_channel", "shm");
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            Message.Welcome welcome = link.greet(1, "shm");
            link.send(RawLink.reserve(1, welcome.epoch(), "", 1, Chunks.keys("k", 1), CHUNK));
            link.receive(Message.Segment.class);
            link.receive(Message.Alloc.class);
            link.send(new Message.Abort(1));
            String all = receiver.status().details().get("staging_bytes");
            Waiting.until("the room", () -> receiver.status().details().get("staging_free_bytes").equals(all));
        }
    }
}
