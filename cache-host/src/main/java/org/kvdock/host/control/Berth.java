package org.kvdock.host.control;

import java.util.Objects;
import org.kvdock.host.DockPhase;
import org.kvdock.host.DockedAdapter;
import org.kvdock.l2.L2Adapter;

/**
 * One adapter's place in the host. The lanes belong to their controllers' threads; {@code phase} only moves forward and
 * is written by the dock.
 */
public final class Berth {
    private final L2Adapter adapter;
    private final DockedAdapter asDocked;
    private final InFlight work = new InFlight();
    private volatile DockPhase phase = DockPhase.ARRIVING;
    final StoreLane stores = new StoreLane(this);
    final PrefetchLane prefetches = new PrefetchLane(this);

    public Berth(int id, L2Adapter adapter) {
        this.adapter = Objects.requireNonNull(adapter, "adapter");
        this.asDocked = new DockedAdapter(id, adapter.name(), adapter.status().type());
    }

    public int id() {
        return asDocked.id();
    }

    public L2Adapter adapter() {
        return adapter;
    }

    public String name() {
        return asDocked.name();
    }

    /** @return the adapter as policies see it */
    DockedAdapter asDocked() {
        return asDocked;
    }

    /** @return tasks of the controllers, waiting or submitted, and locks that a prefetch holds between two of them */
    public InFlight work() {
        return work;
    }

    public DockPhase phase() {
        return phase;
    }

    /** @throws IllegalStateException if this would go back */
    public void advance(DockPhase to) {
        if (to.compareTo(phase) < 0) {
            throw new IllegalStateException(name() + ": from " + phase + " to " + to);
        }
        phase = to;
    }

    boolean isDocked() {
        return phase == DockPhase.DOCKED;
    }

    @Override
    public String toString() {
        return name() + "#" + id();
    }
}
