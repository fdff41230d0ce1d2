package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;

/** A sender that asks for more and more, and waits for all of it. */
class KeysUnderWayTest {
    private static final int KEYS = 4096;
    private static final int TRANSFERS = Limits.KEYS_UNDER_WAY / KEYS;

    @Test
    @DisplayName("R14: past the bound on keys under way a reservation is refused, the link stays, and what ends makes room")
    void bounded() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", KEYS);
        try (L2Adapter receiver = Pd.receiver(KEYS * 64, new HoldingsRef(), "transfer_channel", "tcp");
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            long epoch = link.greet(1, "tcp").epoch();
            for (int id = 1; id <= TRANSFERS; id++) {
                link.send(RawLink.reserve(id, epoch, "", KEYS, keys, 1));
            }
            assertEquals(1, link.receive(Message.Alloc.class).id());
            Message.Refused refused = oneMore(link, epoch, TRANSFERS + 1);
            assertEquals(TRANSFERS + 1, refused.id());
            assertEquals(ErrorCode.NO_ROOM, refused.code());
            assertTrue(refused.text().contains(Integer.toString(Limits.KEYS_UNDER_WAY)), refused.text());
            link.send(new Message.Abort(TRANSFERS));
            link.send(RawLink.reserve(TRANSFERS + 2, epoch, "", 1, keys.subList(0, 1), 1));
            // Only what is refused is answered: the others wait.
            assertEquals(TRANSFERS + 3, refusedAfter(link, epoch, TRANSFERS + 3));
        }
    }

    private static Message.Refused oneMore(RawLink link, long epoch, long id) throws IOException {
        link.send(RawLink.reserve(id, epoch, "", 1, Chunks.keys("one more", 1), 1));
        return link.receive(Message.Refused.class);
    }

    private static long refusedAfter(RawLink link, long epoch, long id) throws IOException {
        link.send(RawLink.reserve(id, epoch, "", KEYS, Chunks.keys("many", KEYS), 1));
        return link.receive(Message.Refused.class).id();
    }
}
