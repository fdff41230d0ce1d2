package org.kvdock.host.core;

import org.kvdock.host.HostSettings;
import org.kvdock.host.control.Housekeeping;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Holdings;
import org.kvdock.host.l1.L1Limits;

/**
 * L1 and what adapters may ask about it. On its own, because adapters may need it before they can dock at the host that
 * needs the adapters.
 */
public final class MemoryTier implements AutoCloseable {
    private final HostSettings settings;
    private final Housekeeping housekeeping = new Housekeeping();
    private final L1 l1;
    private final L1Holdings holdings;

    public MemoryTier(HostSettings settings) {
        this.settings = settings;
        this.l1 = new L1(limits(settings.l1()), this::high);
        this.holdings = new L1Holdings(l1, end -> housekeeping.pinLease(settings.leases().pin(), end));
    }

    private static L1Limits limits(HostSettings.L1 l1) {
        return new L1Limits(
                l1.maxObjects().orElse(Long.MAX_VALUE),
                l1.maxBytes().orElse(Long.MAX_VALUE),
                l1.slabBytes(),
                l1.saltQuotaBytes().orElse(Long.MAX_VALUE),
                l1.saltQuotasBytes(),
                l1.highWatermarkPercent(),
                l1.lowWatermarkPercent());
    }

    private void high() {
        housekeeping.evictToLow(l1);
    }

    public Housekeeping housekeeping() {
        return housekeeping;
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
        housekeeping.close();
        l1.close();
    }
}
