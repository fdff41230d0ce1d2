package org.kvdock.l2.pd.receiver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * Which requests are admitted, and what is kept for them: until they are read where a host tells that
 * ({@link HoldingsRef}), else until they have arrived. For the reactor's thread.
 */
final class Requests {
    private final Stock stock;
    private final Staging staging;
    private final HoldingsRef holdings;
    private final long leaseNanos;
    private final long requestLeaseNanos;
    private final Runnable roomFreed;
    private final Map<RequestName, Request> admitted = new HashMap<>();

    Requests(
            Stock stock, Staging staging, HoldingsRef holdings, long leaseNanos, long requestLeaseNanos,
            Runnable roomFreed) {
        this.stock = stock;
        this.staging = staging;
        this.holdings = holdings;
        this.leaseNanos = leaseNanos;
        this.requestLeaseNanos = requestLeaseNanos;
        this.roomFreed = roomFreed;
    }

    Optional<Request> find(RequestName name) {
        return name.isNamed() ? Optional.ofNullable(admitted.get(name)) : Optional.empty();
    }

    void admit(Request request) {
        if (request.name.isNamed()) {
            admitted.put(request.name, request);
        }
    }

    /** @return whether the key is staged; if so it is kept for the request */
    boolean keepIfStaged(Request request, ObjectKey key) {
        if (request.keeps(key)) {
            return true;
        }
        Optional<ObjectIndex<Slot>.Pin> pin = stock.pin(key);
        pin.ifPresent(kept -> request.keep(key, kept));
        return pin.isPresent();
    }

    /** One of the request's transfers has ended. */
    void ended(Request request, long nowNanos) {
        request.end(nowNanos);
        if (request.name.isNamed() && admitted.get(request.name) != request) {
            // Cancelled while this transfer was under way: what it has left nobody waits for either.
            stock.giveUp(drop(request));
            return;
        }
        giveBack(request.surplus());
        if (!request.name.isNamed() || request.isComplete() && !holdings.present()) {
            // Nobody will tell when it is read.
            drop(request);
        } else if (request.isComplete() && request.isRead()) {
            dropRead(request);
        }
    }

    /** The host has read these requests, whoever sent them, or given them up. */
    void read(String requestId) {
        for (Request request : List.copyOf(admitted.values())) {
            if (request.name.id().equals(requestId)) {
                if (request.hasOpenTransfers()) {
                    request.markRead();
                } else {
                    dropRead(request);
                }
            }
        }
    }

    /** Nobody will read the request: what was kept for it stays as long as its room is not needed. */
    void cancel(RequestName name) {
        Request request = admitted.get(name);
        if (request != null) {
            stock.giveUp(drop(request));
            roomFreed.run();
            if (admitted.keySet().stream().noneMatch(other -> other.id().equals(name.id()))) {
                // What is pinned in L1 under its id is nobody else's.
                holdings.unpin(name.id());
            }
        }
    }

    /** The host is gone: nobody reads what was kept for it. */
    void hostGone() {
        for (Request request : List.copyOf(admitted.values())) {
            if (request.isComplete()) {
                stock.giveUp(drop(request));
                roomFreed.run();
            }
        }
    }

    /** A sender is alive, and with it its requests. */
    void sign(String sender, long nowNanos) {
        for (Request request : admitted.values()) {
            if (request.name.sender().equals(sender)) {
                request.sign(nowNanos);
            }
        }
    }

    /** Gives up requests without a sign of life. */
    void age(long nowNanos) {
        for (Request request : List.copyOf(admitted.values())) {
            if (request.isOver(nowNanos, leaseNanos, requestLeaseNanos)) {
                cancel(request.name);
            }
        }
    }

    private void dropRead(Request request) {
        request.markKeptAsRead();
        drop(request);
    }

    private List<ObjectKey> drop(Request request) {
        admitted.remove(request.name, request);
        giveBack(request.takePool());
        List<ObjectKey> keys = request.letGo();
        if (stock.free(keys)) {
            roomFreed.run();
        }
        return keys;
    }

    private void giveBack(List<Slot> slots) {
        slots.forEach(staging::give);
        if (!slots.isEmpty()) {
            roomFreed.run();
        }
    }

    /** @return requests that are admitted and not read */
    int size() {
        return admitted.size();
    }
}
