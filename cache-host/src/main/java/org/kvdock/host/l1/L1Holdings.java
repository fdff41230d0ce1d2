package org.kvdock.host.l1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.ObjectKey;

/**
 * What L1 holds, told to adapters. {@code byRequest} is guarded by this object's monitor, under which only L1 is called;
 * listeners are called without it.
 */
public final class L1Holdings implements Holdings {
    private static final System.Logger LOG = System.getLogger(L1Holdings.class.getName());

    private final L1 l1;
    private final Leases leases;
    private final Map<String, Pins> byRequest = new HashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /** Ends pins that nobody else ends. */
    @FunctionalInterface
    public interface Leases {
        /**
         * @param end runs when the lease is over
         * @return stops it from running
         */
        Runnable begin(Runnable end);
    }

    /** What is pinned for one request, until the request ends or the lease is over. */
    private static final class Pins {
        // Each once, however often it was asked for; entries are compared by what they are.
        final Set<L1Entry> entries = new LinkedHashSet<>();
        Runnable stopLease = () -> {};
    }

    public L1Holdings(L1 l1, Leases leases) {
        this.l1 = l1;
        this.leases = leases;
    }

    @Override
    public synchronized Bitmap pin(String requestId, List<ObjectKey> keys) {
        Objects.requireNonNull(requestId, "requestId");
        Bitmap held = new Bitmap(keys.size());
        List<L1Entry> pinned = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Optional<L1Entry> entry = l1.pin(keys.get(i));
            if (entry.isPresent()) {
                held.set(i);
                pinned.add(entry.get());
            }
        }
        if (!pinned.isEmpty()) {
            Pins pins = byRequest.computeIfAbsent(requestId, this::begin);
            pinned.removeIf(pins.entries::add);
            l1.unpin(pinned);
        }
        return held;
    }

    private Pins begin(String requestId) {
        Pins pins = new Pins();
        pins.stopLease = leases.begin(() -> {
            // It may have been stopped too late, with other pins of the same request there by now.
            if (take(requestId, pins)) {
                tell(requestId);
            }
        });
        return pins;
    }

    /** @return false if these are not the request's pins any more */
    private synchronized boolean take(String requestId, Pins pins) {
        boolean taken = byRequest.remove(requestId, pins);
        if (taken) {
            pins.stopLease.run();
            l1.unpin(List.copyOf(pins.entries));
        }
        return taken;
    }

    @Override
    public void unpin(String requestId) {
        synchronized (this) {
            Pins pins = byRequest.get(requestId);
            if (pins != null) {
                take(requestId, pins);
            }
        }
        tell(requestId);
    }

    private void tell(String requestId) {
        for (Consumer<String> listener : listeners) {
            try {
                listener.accept(requestId);
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "a listener for the end of request " + requestId + " failed", e);
            }
        }
    }

    @Override
    public AutoCloseable onUnpin(Consumer<String> listener) {
        // Wrapped, so that one listener registered twice is two registrations.
        Consumer<String> registration = Objects.requireNonNull(listener, "listener")::accept;
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }
}
