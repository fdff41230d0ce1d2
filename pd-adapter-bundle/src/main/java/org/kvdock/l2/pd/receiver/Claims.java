package org.kvdock.l2.pd.receiver;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.ObjectKey;

/**
 * Keys that some transfer has in flight, and who waits for each of them. A key is never sent twice at the same time: the
 * first one sends, the others learn that it is there, or take over in the order in which they came. For the reactor's
 * thread.
 */
final class Claims {
    /** A chunk that waits for another transfer's. */
    record Waiter(InboundTransfer transfer, int index) {}

    private final Map<ObjectKey, ArrayDeque<Waiter>> waiters = new HashMap<>();

    /** @return whether the key is the caller's to send now; otherwise the waiter stands in line */
    boolean claim(ObjectKey key, InboundTransfer transfer, int index) {
        ArrayDeque<Waiter> line = waiters.get(key);
        if (line == null) {
            waiters.put(key, new ArrayDeque<>());
            return true;
        }
        line.add(new Waiter(transfer, index));
        return false;
    }

    /** The key is there: the claim is over. @return everybody who waited */
    Iterable<Waiter> settled(ObjectKey key) {
        return waiters.remove(key);
    }

    /** The key did not come. @return who sends it now, null if nobody waits and the claim is over */
    Waiter passOn(ObjectKey key) {
        ArrayDeque<Waiter> line = waiters.get(key);
        Waiter next = line.poll();
        while (next != null && next.transfer().ended) {
            next = line.poll();
        }
        if (next == null) {
            waiters.remove(key);
        }
        return next;
    }
}
