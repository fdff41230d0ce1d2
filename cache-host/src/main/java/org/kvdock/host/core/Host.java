package org.kvdock.host.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.kvdock.host.HostStatus;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.host.control.Berth;
import org.kvdock.host.control.Callbacks;
import org.kvdock.host.control.PrefetchController;
import org.kvdock.host.control.PrefetchJob;
import org.kvdock.host.control.StoreController;
import org.kvdock.host.control.StoreJob;
import org.kvdock.host.dock.Dock;
import org.kvdock.l2.BadArgumentException;
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
    private final Callbacks callbacks = new Callbacks();
    private final Dock dock;
    private final StoreController stores;
    private final PrefetchController prefetches;
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private boolean closed;

    /** @param memory stays its owner's to close, after this */
    public Host(MemoryTier memory) {
        this.memory = memory;
        this.dock = new Dock(new Wiring(), memory.settings().drainDeadline());
        this.stores = new StoreController(memory.l1(), callbacks, dock::docked);
        this.prefetches = new PrefetchController(
                memory.l1(), callbacks, dock::docked, memory.holdings()::unpin, memory.settings().maxPrefetchesInFlight());
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
        return whileOpen(() -> new HostWriter(this, memory.l1(), requestId, keys, chunkBytes));
    }

    void store(StoreJob job) {
        whileOpen(() -> {
            stores.submit(job);
            return job;
        });
    }

    @Override
    public CompletionStage<Prefetched> prefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline) {
        check(requestId, chunkBytes);
        if (deadline.isNegative() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new BadArgumentException("deadline", deadline, "0 to " + LONGEST_DEADLINE);
        }
        PrefetchJob job = new PrefetchJob(requestId, keys, chunkBytes, System.nanoTime() + deadline.toNanos());
        return whileOpen(() -> {
            prefetches.submit(job);
            return job.stage();
        });
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
        long end = System.nanoTime() + timeout.toNanos();
        return stores.inFlight().awaitNone(timeout)
                && prefetches.inFlight().awaitNone(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    @Override
    public HostStatus status() {
        List<HostStatus.Adapter> adapters = dock.all().stream()
                .map(berth -> new HostStatus.Adapter(berth.id(), berth.name(), berth.phase(), berth.work().count()))
                .toList();
        return new HostStatus(
                memory.l1().status(), adapters, stores.inFlight().count(), prefetches.inFlight().count(),
                stores.counters(), prefetches.counters());
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
