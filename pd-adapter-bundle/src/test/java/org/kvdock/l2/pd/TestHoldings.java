package org.kvdock.l2.pd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.ObjectKey;

/** A host's L1 for tests: what it holds is said by hand. */
final class TestHoldings implements Holdings {
    private final Set<ObjectKey> held = new HashSet<>();
    private final Map<String, Set<ObjectKey>> pins = new HashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    synchronized void hold(List<ObjectKey> keys) {
        held.addAll(keys);
    }

    synchronized Set<ObjectKey> pinned(String requestId) {
        return Set.copyOf(pins.getOrDefault(requestId, Set.of()));
    }

    @Override
    public synchronized Bitmap pin(String requestId, List<ObjectKey> keys) {
        Bitmap bits = new Bitmap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            if (held.contains(keys.get(i))) {
                bits.set(i);
                pins.computeIfAbsent(requestId, id -> new HashSet<>()).add(keys.get(i));
            }
        }
        return bits;
    }

    @Override
    public void unpin(String requestId) {
        synchronized (this) {
            pins.remove(requestId);
        }
        listeners.forEach(listener -> listener.accept(requestId));
    }

    @Override
    public AutoCloseable onUnpin(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
