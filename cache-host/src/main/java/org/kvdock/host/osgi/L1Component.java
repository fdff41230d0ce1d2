package org.kvdock.host.osgi;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kvdock.host.HostSettings;
import org.kvdock.host.core.MemoryTier;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.ObjectKey;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * L1 as a component of its own: adapters may need {@link Holdings} before they start, and the host needs the adapters.
 * A changed configuration makes a new, empty L1.
 */
@Component(
        service = {Holdings.class, L1Component.class},
        immediate = true,
        configurationPid = HostSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HostConfig.class)
public final class L1Component implements Holdings {
    private final MemoryTier memory;

    @Activate
    public L1Component(Map<String, Object> configuration) {
        memory = new MemoryTier(HostSettings.of(configuration));
    }

    MemoryTier memory() {
        return memory;
    }

    @Override
    public Bitmap pin(String requestId, List<ObjectKey> keys) {
        return memory.holdings().pin(requestId, keys);
    }

    @Override
    public void unpin(String requestId) {
        memory.holdings().unpin(requestId);
    }

    @Override
    public AutoCloseable onUnpin(Consumer<String> listener) {
        return memory.holdings().onUnpin(listener);
    }

    @Deactivate
    void deactivate() {
        memory.close();
    }
}
