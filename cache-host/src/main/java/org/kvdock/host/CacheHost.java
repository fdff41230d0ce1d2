package org.kvdock.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;

/** A host without OSGi: the same parts that the declarative services wire, put together by hand. */
public final class CacheHost implements StorageManager, AutoCloseable {
    private CacheHost() {}

    /**
     * @param settings bounds and deadlines
     * @return a running host without adapters
     */
    public static CacheHost open(HostSettings settings) {
        throw new UnsupportedOperationException();
    }

    /** @return what L1 holds, for adapters that ask */
    public Holdings holdings() {
        throw new UnsupportedOperationException();
    }

    /**
     * Docks an adapter: it gets new work at once. The adapter stays its owner's to close.
     *
     * @param adapter not docked yet
     * @return its id in this host, never reused
     */
    public int dock(L2Adapter adapter) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes an adapter away: routing stops, what is in flight drains until the configured deadline, what is left is
     * cancelled by closing the adapter. Prompt for one that is not docked.
     *
     * @param adapter what was docked
     */
    public void undock(L2Adapter adapter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RequestWriter write(String requestId, List<ObjectKey> keys, int chunkBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Prefetched> prefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitIdle(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HostStatus status() {
        throw new UnsupportedOperationException();
    }

    /** Undocks every adapter without closing those that drain in time, ends the controllers, and frees L1. */
    @Override
    public void close() {}
}
