package org.kvdock.host.osgi;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.kvdock.host.HostStatus;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.host.core.Host;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The host as a service; every {@link L2Adapter} that comes is docked, every one that goes is undocked. */
@Component(service = StorageManager.class, immediate = true)
public final class HostComponent implements StorageManager {
    private final Host host;

    @Activate
    public HostComponent(@Reference L1Component l1) {
        host = new Host(l1.memory());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAdapter(L2Adapter adapter) {
        host.dock(adapter);
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
    public CompletionStage<Prefetched> prefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline) {
        return host.prefetch(requestId, keys, chunkBytes, deadline);
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
