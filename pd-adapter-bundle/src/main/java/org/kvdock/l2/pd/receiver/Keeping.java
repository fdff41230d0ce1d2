package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * Which requests are admitted, what is kept for them, and when staging is freed. For the reactor's thread.
 *
 * <p>A chunk is freed when nobody has it locked, no request that is not yet read needs it, and it was either loaded under a
 * lock or kept for a request that has been read. A request that was given up leaves its chunks to whoever needs them or their
 * room next. Without a host's {@link HoldingsRef} nobody tells when a request is read: then a chunk is freed by
 * unlock-to-zero after a load alone.
 */
final class Keeping {
    private final ObjectIndex<Slot> index;
    private final Staging staging;
    private final HoldingsRef holdings;
    private final long leaseNanos;
    private final long requestLeaseNanos;
    private final Runnable roomFreed;
    private final Map<RequestName, Request> requests = new HashMap<>();
    private final Set<ObjectKey> readBy = new LinkedHashSet<>();
    private final Set<ObjectKey> givenUp = new LinkedHashSet<>();
    private final Map<RemovalReason, Long> freed = new EnumMap<>(RemovalReason.class);

    Keeping(
            ObjectIndex<Slot> index, Staging staging, HoldingsRef holdings, long leaseNanos, long requestLeaseNanos,
            Runnable roomFreed) {
        this.index = index;
        this.staging = staging;
        this.holdings = holdings;
        this.leaseNanos = leaseNanos;
        this.requestLeaseNanos = requestLeaseNanos;
        this.roomFreed = roomFreed;
    }

    Optional<Request> find(RequestName name) {
        return name.isNamed() ? Optional.ofNullable(requests.get(name)) : Optional.empty();
    }

    void admit(Request request) {
        if (request.name.isNamed()) {
            requests.put(request.name, request);
        }
    }

    /** @return whether the key is staged; if so it is kept for the request */
    boolean keepIfStaged(Request request, ObjectKey key) {
        Optional<ObjectIndex<Slot>.Pin> pin = index.pin(key);
        pin.ifPresent(kept -> request.keep(key, kept));
        return pin.isPresent();
    }

    /** One of the request's transfers has ended. */
    void ended(Request request, long nowNanos) {
        request.end(nowNanos);
        giveBack(request.surplus());
        if (!request.name.isNamed() || request.isComplete() && !holdings.present()) {
            // Nobody will tell when it is read.
            drop(request, null);
        } else if (!request.isComplete()) {
            return;
        } else if (request.isRead()) {
            drop(request, readBy);
        }
    }

    /** The host has read these requests, whoever sent them, or given them up. */
    void read(String requestId) {
        for (Request request : List.copyOf(requests.values())) {
            if (request.name.id().equals(requestId)) {
                if (request.hasOpenTransfers()) {
                    request.markRead();
                } else {
                    drop(request, readBy);
                }
            }
        }
    }

    /** The sender has given the request up. */
    void cancel(RequestName name) {
        Request request = requests.get(name);
        if (request != null) {
            drop(request, givenUp);
            holdings.unpin(name.id());
        }
    }

    /** The host is gone: nobody reads what was kept for it. */
    void hostGone() {
        for (Request request : List.copyOf(requests.values())) {
            if (request.isComplete()) {
                drop(request, givenUp);
            }
        }
    }

    /** A sender is alive, and with it its requests. */
    void sign(String sender, long nowNanos) {
        for (Request request : requests.values()) {
            if (request.name.sender().equals(sender)) {
                request.sign(nowNanos);
            }
        }
    }

    /** Gives up requests without a sign of life. */
    void age(long nowNanos) {
        for (Request request : List.copyOf(requests.values())) {
            if (request.isOver(nowNanos, leaseNanos, requestLeaseNanos)) {
                cancel(request.name);
            }
        }
    }

    private void drop(Request request, Set<ObjectKey> into) {
        requests.remove(request.name, request);
        giveBack(request.takePool());
        List<ObjectKey> keys = request.letGo();
        if (into != null) {
            into.addAll(keys);
        }
        free(keys);
    }

    /** Frees those of the keys that nobody needs. */
    void free(List<ObjectKey> keys) {
        boolean any = false;
        for (ObjectKey key : keys) {
            any |= consumable(key) && remove(key, RemovalReason.CONSUMED);
        }
        if (any) {
            roomFreed.run();
        }
    }

    private boolean consumable(ObjectKey key) {
        if (readBy.contains(key)) {
            return true;
        }
        try (ObjectIndex<Slot>.Pin pin = index.pin(key).orElse(null)) {
            return pin != null && pin.value().isLoaded();
        }
    }

    private boolean remove(ObjectKey key, RemovalReason reason) {
        Optional<ObjectIndex.Removed<Slot>> gone = index.remove(key, reason);
        gone.ifPresent(removed -> {
            freed.merge(reason, 1L, Long::sum);
            forget(key);
            staging.give(removed.value());
        });
        return gone.isPresent();
    }

    /** The key is not in the index any more. */
    void forget(ObjectKey key) {
        readBy.remove(key);
        givenUp.remove(key);
    }

    /** @return whether a chunk that was given up has made room */
    boolean evictOne() {
        for (ObjectKey key : givenUp) {
            // Ends the iteration where it changes the set.
            if (remove(key, RemovalReason.EVICTED)) {
                return true;
            }
        }
        return false;
    }

    void giveBack(List<Slot> slots) {
        slots.forEach(staging::give);
        if (!slots.isEmpty()) {
            roomFreed.run();
        }
    }

    /** @return requests that are admitted and not read */
    int requests() {
        return requests.size();
    }

    List<String> counts() {
        List<String> counts = new ArrayList<>();
        freed.forEach((reason, count) -> counts.add(reason.name().toLowerCase(Locale.ROOT) + " " + count));
        return counts;
    }
}
