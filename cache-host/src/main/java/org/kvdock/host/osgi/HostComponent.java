package org.kvdock.host.osgi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.kvdock.host.HostStatus;
import org.kvdock.host.PrefetchPolicy;
import org.kvdock.host.PrefetchTicket;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.host.StorePolicy;
import org.kvdock.host.Tier;
import org.kvdock.host.Trim;
import org.kvdock.host.core.Host;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The host as a service; every {@link L2Adapter} that comes is docked, every one that goes is undocked. */
@Component(service = StorageManager.class, immediate = true)
public final class HostComponent implements StorageManager {
    private final Host host;
    private final AtomicReference<StorePolicy> storePolicy = new AtomicReference<>();
    private final AtomicReference<PrefetchPolicy> prefetchPolicy = new AtomicReference<>();

    @Activate
    public HostComponent(@Reference L1Component l1) {
        host = new Host(l1.memory());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAdapter(L2Adapter adapter) {
        host.dock(adapter);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStorePolicy(StorePolicy policy) {
        storePolicy.set(policy);
        host.setStorePolicy(policy);
    }

    // A better one is bound before the one that it replaces is unbound.
    void unbindStorePolicy(StorePolicy policy) {
        if (storePolicy.compareAndSet(policy, null)) {
            host.setStorePolicy(null);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPrefetchPolicy(PrefetchPolicy policy) {
        prefetchPolicy.set(policy);
        host.setPrefetchPolicy(policy);
    }

    void unbindPrefetchPolicy(PrefetchPolicy policy) {
        if (prefetchPolicy.compareAndSet(policy, null)) {
            host.setPrefetchPolicy(null);
        }
    }

    // Waits for the adapter's work, but less than SCR's patience; the adapter's own component closes it afterwards.
    void unbindAdapter(L2Adapter adapter) {
        host.undock(adapter);
    }

    @Deactivate
    void deactivate() {
        host.close();
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
}
