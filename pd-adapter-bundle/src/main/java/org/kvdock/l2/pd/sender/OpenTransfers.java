package org.kvdock.l2.pd.sender;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One link's transfers that have not ended; they outlive the link's connections. For the reactor's thread. */
final class OpenTransfers {
    private record Open(Transfer transfer, Runnable ended) {}

    private final Map<Long, Open> byId = new LinkedHashMap<>();

    /** @param ended runs once, at its end */
    void add(Transfer transfer, Runnable ended) {
        byId.put(transfer.id(), new Open(transfer, ended));
    }

    boolean contains(Transfer transfer) {
        return byId.containsKey(transfer.id());
    }

    /** @return the transfer of that id, null if it has ended: those that were abandoned are answered all the same */
    Transfer find(long id) {
        Open open = byId.get(id);
        return open == null ? null : open.transfer();
    }

    /** @return all of them, in the order in which they began */
    List<Transfer> all() {
        List<Transfer> all = new ArrayList<>(byId.size());
        byId.values().forEach(open -> all.add(open.transfer()));
        return all;
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    Collection<Long> ids() {
        return byId.keySet();
    }

    /** Nothing is left to do for it; whoever began it is told. */
    void end(Transfer transfer) {
        Open open = byId.remove(transfer.id());
        if (open != null) {
            open.ended().run();
        }
    }
}
