package org.kvdock.host.control;

import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.l2.BackPressureException;

/** A bound on how many of something there are at the same time, kept exactly. Safe for all threads; nothing blocks. */
public final class Permits {
    private final String name;
    private final int bound;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param name the configuration key of the bound
     * @param bound how many
     */
    public Permits(String name, int bound) {
        this.name = name;
        this.bound = bound;
    }

    /** @throws BackPressureException if all are taken; nothing is taken then */
    public void take() {
        int before = taken.getAndUpdate(now -> now < bound ? now + 1 : now);
        if (before >= bound) {
            throw new BackPressureException(name, before + 1L, bound);
        }
    }

    public void give() {
        taken.decrementAndGet();
    }
}
