package org.kvdock.host.dock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.host.DockPhase;
import org.kvdock.host.control.Berth;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.Uninterrupted;

/**
 * Where adapters come and go while the host runs.
 *
 * <p>{@code berths} is guarded by this object's monitor, under which nothing is called or waited for; {@code routing} is
 * what the controllers read, a new list at each change. Waiting for a leaving adapter happens on the thread that takes
 * it away and holds no lock.
 */
public final class Dock {
    /** The longest that {@link #remove} takes: an OSGi component that waits for 5 s is taken for stuck. */
    static final Duration PATIENCE = Duration.ofMillis(3500);

    private static final System.Logger LOG = System.getLogger(Dock.class.getName());

    private final Controllers controllers;
    private final Duration drainDeadline;
    private final Map<L2Adapter, Berth> berths = new IdentityHashMap<>();
    private final AtomicInteger nextId = new AtomicInteger();
    private volatile List<Berth> routing = List.of();
    /** The controllers are about to end: results that are still out will not be fetched. */
    private volatile boolean closed;

    /** What the dock tells the controllers. */
    public interface Controllers {
        /** Waits on its eventfds from now on. */
        void attach(Berth berth);

        /** It is out of the routing. Counted as its work until each controller has taken note. */
        void leaving(Berth berth);

        /** Fetches what it has told, signal or not. */
        void sweep(Berth berth);

        /** Waits on its eventfds no longer. */
        void detach(Berth berth);
    }

    /** @param drainDeadline how long a leaving adapter may finish its work before it is closed */
    public Dock(Controllers controllers, Duration drainDeadline) {
        this.controllers = controllers;
        this.drainDeadline = drainDeadline;
    }

    /** @return the adapters that get new work, in the order in which they came */
    public List<Berth> docked() {
        return routing;
    }

    /** @return all that are not gone, in the order in which they came */
    public synchronized List<Berth> all() {
        List<Berth> all = new ArrayList<>(berths.values());
        all.sort((a, b) -> Integer.compare(a.id(), b.id()));
        return all;
    }

    /**
     * @return the adapter's id
     * @throws IllegalStateException if it is docked already, here or at another host
     */
    public int add(L2Adapter adapter) {
        Berth berth = new Berth(nextId.getAndIncrement(), adapter);
        synchronized (this) {
            if (berths.putIfAbsent(adapter, berth) != null) {
                throw new IllegalStateException(berth.name() + " is docked already");
            }
        }
        boolean attached = false;
        try {
            controllers.attach(berth);
            attached = true;
        } finally {
            if (!attached) {
                gone(berth);
            }
        }
        if (!route(berth)) {
            // Taken away again before it had arrived.
            controllers.detach(berth);
        }
        return berth.id();
    }

    private synchronized boolean route(Berth berth) {
        if (berth.phase() != DockPhase.ARRIVING) {
            return false;
        }
        List<Berth> next = new ArrayList<>(routing);
        next.add(berth);
        next.sort((a, b) -> Integer.compare(a.id(), b.id()));
        routing = List.copyOf(next);
        berth.advance(DockPhase.DOCKED);
        return true;
    }

    /**
     * Takes an adapter away; see {@link DockPhase}. Returns after {@link #patience} at the latest, also if the adapter is
     * stuck; its buffers then stay reserved and its results are fetched when they come. An adapter that does not drain is
     * closed, so that what is left in it is cancelled.
     *
     * @return whether it is gone
     */
    public boolean remove(L2Adapter adapter) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Berth berth;
        synchronized (this) {
            berth = berths.get(adapter);
            if (berth == null || berth.phase().compareTo(DockPhase.DOCKED) > 0) {
                return berth == null;
            }
            berth.advance(DockPhase.DRAINING);
            routing = routing.stream().filter(other -> other != berth).toList();
        }
        // Counts as work until both controllers know: none of them can still have it in an older list then.
        controllers.leaving(berth);
        if (!awaitNone(berth, drainDeadline.toNanos())) {
            berth.advance(DockPhase.CLOSING);
            Thread closer = new Thread(() -> close(berth), "kvdock-host-undock-" + berth.id());
            closer.setDaemon(true);
            closer.start();
            if (!awaitNone(berth, end - System.nanoTime())) {
                LOG.log(System.Logger.Level.WARNING, berth + " still has " + berth.work().count()
                        + " tasks of this host after " + PATIENCE.toMillis() + " ms; it is left to finish by itself");
                return false;
            }
        }
        gone(berth);
        return true;
    }

    /** Takes all adapters away for good, at the same time, and closes none: they stay for whoever hosts them next. */
    public void removeAll() {
        List<Berth> leaving;
        synchronized (this) {
            leaving = berths.values().stream().filter(berth -> berth.phase().compareTo(DockPhase.DOCKED) <= 0).toList();
            leaving.forEach(berth -> berth.advance(DockPhase.DRAINING));
            routing = List.of();
        }
        leaving.forEach(controllers::leaving);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Berth berth : leaving) {
            awaitNone(berth, end - System.nanoTime());
            gone(berth);
        }
        closed = true;
    }

    private void close(Berth berth) {
        try {
            berth.adapter().close();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, berth + " failed to close", e);
        }
        // Its last signals may have gone with its eventfds; tasks that were stuck in a buffer tell even later.
        Duration pause = Duration.ofMillis(5);
        do {
            controllers.sweep(berth);
            pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(1)) < 0 ? pause.multipliedBy(2) : Duration.ofSeconds(1);
        } while (!awaitNone(berth, pause.toNanos()) && !closed);
        gone(berth);
    }

    // An interrupt cuts no drain short: the adapter would be closed for it, and its tasks cancelled.
    private static boolean awaitNone(Berth berth, long nanos) {
        return Uninterrupted.await(nanos, berth.work()::awaitNone);
    }

    private void gone(Berth berth) {
        controllers.detach(berth);
        synchronized (this) {
            if (berth.phase() != DockPhase.GONE) {
                berth.advance(DockPhase.GONE);
            }
            berths.remove(berth.adapter());
        }
    }
}
