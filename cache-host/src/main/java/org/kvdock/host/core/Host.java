package org.kvdock.host.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.kvdock.host.HostSettings;
import org.kvdock.host.HostStatus;
import org.kvdock.host.PrefetchPolicy;
import org.kvdock.host.PrefetchTicket;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.host.StorePolicy;
import org.kvdock.host.Tier;
import org.kvdock.host.Trim;
import org.kvdock.host.control.Berth;
import org.kvdock.host.control.Callbacks;
import org.kvdock.host.control.Permits;
import org.kvdock.host.control.PrefetchController;
import org.kvdock.host.control.PrefetchJob;
import org.kvdock.host.control.PrefetchedChunks;
import org.kvdock.host.control.StoreController;
import org.kvdock.host.control.StoreJob;
import org.kvdock.host.dock.Dock;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;

/**
 * The storage manager: L1, both controllers and the dock, put together.
 *
 * <p>{@code gate} keeps jobs from reaching a controller that has ended: handing one over holds its read side, closing
 * takes its write side once. Nothing is waited for under either.
 */
public final class Host implements StorageManager, AutoCloseable {
    private static final Duration THREAD_END = Duration.ofSeconds(2);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);

    private final MemoryTier memory;
    private final HostSettings settings;
    private final AtomicReference<StorePolicy> storePolicy = new AtomicReference<>(StorePolicy.DEFAULT);
    private final AtomicReference<PrefetchPolicy> prefetchPolicy = new AtomicReference<>(PrefetchPolicy.DEFAULT);
    private final Callbacks callbacks = new Callbacks();
    private final Dock dock;
    private final StoreController stores;
    private final PrefetchController prefetches;
    /** Requests that are being written or stored. */
    private final Permits writes;
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private boolean closed;

    /** @param memory stays its owner's to close, after this */
    public Host(MemoryTier memory) {
        this.memory = memory;
        this.settings = memory.settings();
        this.writes = new Permits(HostSettings.MAX_STORES, settings.maxStoresInFlight());
        this.dock = new Dock(new Wiring(), settings.drainDeadline());
        this.stores = new StoreController(memory.l1(), callbacks, dock::docked, storePolicy::get);
        this.prefetches = new PrefetchController(
                memory.l1(), callbacks, dock::docked, prefetchPolicy::get, this::open, settings.maxPrefetchesInFlight(),
                // A prefetch waits on its way to the controller's thread, also where none has to wait for another.
                new Permits(HostSettings.MAX_WAITING, settings.maxPrefetchesWaiting() + 1), settings.lookupGrace());
    }

    /** @param policy decides from now on; null: the default */
    public void setStorePolicy(StorePolicy policy) {
        storePolicy.set(policy == null ? StorePolicy.DEFAULT : policy);
    }

    /** @param policy decides from now on; null: the default */
    public void setPrefetchPolicy(PrefetchPolicy policy) {
        prefetchPolicy.set(policy == null ? PrefetchPolicy.DEFAULT : policy);
    }

    private final class Wiring implements Dock.Controllers {
        @Override
        public void attach(Berth berth) {
            stores.attach(berth);
            prefetches.attach(berth);
        }

        @Override
        public void leaving(Berth berth) {
            stores.leaving(berth);
            prefetches.leaving(berth);
        }

        @Override
        public void sweep(Berth berth) {
            stores.sweep(berth);
            prefetches.sweep(berth);
        }

        @Override
        public void detach(Berth berth) {
            stores.detach(berth);
            prefetches.detach(berth);
        }
    }

    /** Docks an adapter; see {@link Dock#add}. */
    public int dock(L2Adapter adapter) {
        return dock.add(adapter);
    }

    /** Takes an adapter away; see {@link Dock#remove}. */
    public void undock(L2Adapter adapter) {
        dock.remove(adapter);
    }

    @Override
    public RequestWriter write(String requestId, List<ObjectKey> keys, int chunkBytes) {
        check(requestId, chunkBytes);
        return whileOpen(() -> {
            writes.take();
            boolean begun = false;
            try {
                HostWriter writer = new HostWriter(this, memory.l1(), requestId, keys, chunkBytes, end ->
                        memory.housekeeping().writeLease(settings.leases().write(), end));
                begun = true;
                return writer;
            } finally {
                if (!begun) {
                    writes.give();
                }
            }
        });
    }

    @Override
    public RequestWriter writeTemporary(String requestId, List<ObjectKey> keys, int chunkBytes) {
        check(requestId, chunkBytes);
        return whileOpen(() -> new TemporaryWriter(memory.l1(), requestId, keys, chunkBytes));
    }

    /** Hands a written request over, and its permit with it. */
    void store(StoreJob job) {
        whileOpen(() -> {
            stores.submit(job, writes::give);
            return job;
        });
    }

    /** A request that was being written will not be stored. */
    void notStored() {
        writes.give();
    }

    @Override
    public PrefetchTicket startPrefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline, Trim trim) {
        check(requestId, chunkBytes);
        Objects.requireNonNull(trim, "trim");
        if (deadline.isNegative() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new BadArgumentException("deadline", deadline, "0 to " + LONGEST_DEADLINE);
        }
        PrefetchJob job = new PrefetchJob(requestId, keys, chunkBytes, System.nanoTime() + deadline.toNanos(), trim);
        return whileOpen(() -> {
            prefetches.submit(job);
            return job;
        });
    }

    @Override
    public Optional<Prefetched> read(String requestId, List<ObjectKey> keys) {
        check(requestId, 0);
        return whileOpen(() -> memory.l1().lockAll(keys)).map(entries -> open(requestId, entries.toArray(L1Entry[]::new)));
    }

    private Prefetched open(String requestId, L1Entry[] entries) {
        return new PrefetchedChunks(requestId, entries, memory.l1(), memory.holdings()::unpin, end ->
                memory.housekeeping().readLease(settings.leases().read(), end));
    }

    @Override
    public Bitmap delete(List<ObjectKey> keys, Set<Tier> tiers) {
        Bitmap deleted = new Bitmap(keys.size());
        if (tiers.contains(Tier.L1)) {
            for (int i = 0; i < keys.size(); i++) {
                if (memory.l1().delete(keys.get(i))) {
                    deleted.set(i);
                }
            }
        }
        if (tiers.contains(Tier.L2)) {
            for (Berth berth : dock.docked()) {
                deleted = deleted.or(deleteAt(berth, keys));
            }
        }
        return deleted;
    }

    // An adapter that is just leaving must not cost the others their deletions.
    private static Bitmap deleteAt(Berth berth, List<ObjectKey> keys) {
        try {
            return berth.adapter().delete(keys);
        } catch (ClosedException e) {
            return new Bitmap(keys.size());
        }
    }

    @Override
    public int clear() {
        return memory.l1().clear();
    }

    private static void check(String requestId, int chunkBytes) {
        Objects.requireNonNull(requestId, "requestId");
        if (requestId.isEmpty() || requestId.length() > StoreContext.MAX_REQUEST_ID) {
            throw new BadArgumentException(
                    "requestId", requestId.length() + " characters", "1 to " + StoreContext.MAX_REQUEST_ID);
        }
        if (chunkBytes < 0) {
            throw new BadArgumentException("chunkBytes", chunkBytes, "at least 0");
        }
    }

    private <T> T whileOpen(Supplier<T> action) {
        gate.readLock().lock();
        try {
            if (closed) {
                throw new ClosedException("the host is closed");
            }
            return action.get();
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        long end = System.nanoTime() + (timeout.compareTo(LONGEST_DEADLINE) < 0 ? timeout : LONGEST_DEADLINE).toNanos();
        try {
            // What one of them ends may begin something at the other.
            do {
                if (!stores.inFlight().awaitNone(end - System.nanoTime())
                        || !prefetches.inFlight().awaitNone(end - System.nanoTime())) {
                    return false;
                }
            } while (stores.inFlight().count() > 0);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public HostStatus status() {
        List<HostStatus.Adapter> adapters = dock.all().stream()
                .map(berth -> new HostStatus.Adapter(berth.id(), berth.name(), berth.phase(), berth.work().count()))
                .toList();
        return new HostStatus(
                memory.l1().status(), adapters, stores.inFlight().count(), prefetches.inFlight().count(),
                stores.counters(), prefetches.counters(), memory.housekeeping().leasesEnded());
    }

    /** Undocks all adapters, closing none of them, and ends the controllers. May be called again. */
    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            gate.writeLock().unlock();
        }
        dock.removeAll();
        stores.close(THREAD_END);
        prefetches.close(THREAD_END);
        callbacks.close();
    }
}
