package org.kvdock.host.core;

import org.kvdock.host.HostSettings;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Holdings;

/**
 * L1 and what adapters may ask about it. On its own, because adapters may need it before they can dock at the host that
 * needs the adapters.
 */
public final class MemoryTier implements AutoCloseable {
    private final HostSettings settings;
    private final L1 l1;
    private final L1Holdings holdings;

    public MemoryTier(HostSettings settings) {
        this.settings = settings;
        this.l1 = new L1(
                settings.l1MaxObjects().orElse(Long.MAX_VALUE),
                settings.l1MaxBytes().orElse(Long.MAX_VALUE),
                settings.l1SlabBytes());
        this.holdings = new L1Holdings(l1);
    }

    public HostSettings settings() {
        return settings;
    }

    public L1 l1() {
        return l1;
    }

    public L1Holdings holdings() {
        return holdings;
    }

    @Override
    public void close() {
        l1.close();
    }
}
