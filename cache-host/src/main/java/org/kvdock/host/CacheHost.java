package org.kvdock.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kvdock.host.core.Host;
import org.kvdock.host.core.MemoryTier;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;

/** A host without OSGi: the same parts that the declarative services wire, put together by hand. */
public final class CacheHost implements StorageManager, AutoCloseable {
    private final MemoryTier memory;
    private final Host host;

    private CacheHost(HostSettings settings) {
        memory = new MemoryTier(settings);
        host = new Host(memory);
    }

    /**
     * @param settings bounds and deadlines
     * @return a running host without adapters
     * @throws org.kvdock.l2.event.NativeUnavailableException if there is no native library for this platform
     */
    public static CacheHost open(HostSettings settings) {
        return new CacheHost(settings);
    }

    /** @param policy decides where requests are stored, from now on; null: {@link StorePolicy#DEFAULT} */
    public void setStorePolicy(StorePolicy policy) {
        host.setStorePolicy(policy);
    }

    /** @param policy decides from where chunks are loaded, from now on; null: {@link PrefetchPolicy#DEFAULT} */
    public void setPrefetchPolicy(PrefetchPolicy policy) {
        host.setPrefetchPolicy(policy);
    }

    /** @return what L1 holds, for adapters that ask */
    public Holdings holdings() {
        return memory.holdings();
    }

    /**
     * Docks an adapter: it gets new work at once. The adapter stays its owner's to close.
     *
     * @param adapter not docked yet; its eventfds are in no other poller
     * @return its id in this host, never reused
     * @throws IllegalStateException if it is docked already
     */
    public int dock(L2Adapter adapter) {
        return host.dock(adapter);
    }

    /**
     * Takes an adapter away: routing stops, what is in flight drains until the configured deadline, what is left is
     * cancelled by closing the adapter. Prompt for one that is not docked. Returns within 4 seconds; an adapter that is
     * stuck even then is left to finish by itself, and its results are still fetched.
     *
     * @param adapter what was docked
     */
    public void undock(L2Adapter adapter) {
        host.undock(adapter);
    }

    @Override
    public RequestWriter write(String requestId, List<ObjectKey> keys, int chunkBytes) {
        return host.write(requestId, keys, chunkBytes);
    }

    @Override
    public RequestWriter writeTemporary(String requestId, List<ObjectKey> keys, int chunkBytes) {
        return host.writeTemporary(requestId, keys, chunkBytes);
    }

    @Override
    public PrefetchTicket startPrefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline, Trim trim) {
        return host.startPrefetch(requestId, keys, chunkBytes, deadline, trim);
    }

    @Override
    public Optional<Prefetched> read(String requestId, List<ObjectKey> keys) {
        return host.read(requestId, keys);
    }

    @Override
    public Bitmap delete(List<ObjectKey> keys, Set<Tier> tiers) {
        return host.delete(keys, tiers);
    }

    @Override
    public int clear() {
        return host.clear();
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        return host.awaitIdle(timeout);
    }

    @Override
    public HostStatus status() {
        return host.status();
    }

    /** Lets go of all adapters, closing none of them, ends the controllers, and frees L1. May be called again. */
    @Override
    public void close() {
        host.close();
        memory.close();
    }
}
