package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;

/** A sender that comes again and again, and keeps the connections that the receiver has given up. */
class LingeringLinksTest {
    /** More than a receiver serves. */
    private static final int CONNECTIONS = 1100;

    @Test
    @DisplayName("case 56: connections that a sender over shared memory does not close count against the bound, and closing them makes room")
    void bounded() throws IOException {
        Deque<RawLink> kept = new ArrayDeque<>();
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "shm")) {
            int port = Pd.port(receiver, "peer_init_port");
            boolean refused = false;
            while (!refused && kept.size() < CONNECTIONS) {
                kept.add(RawLink.to(port));
                try {
                    kept.getLast().greet(1, "shm");
                } catch (IOException e) {
                    refused = true;
                }
            }
            assertTrue(refused, kept.size() + " connections of one sender are open");
            for (RawLink link : kept) {
                link.close();
            }
            kept.clear();
            Waiting.until("a place", () -> greets(port));
        } finally {
            for (RawLink link : kept) {
                link.close();
            }
        }
    }

    private static boolean greets(int port) {
        try (RawLink link = RawLink.to(port)) {
            link.greet(1, "shm");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
