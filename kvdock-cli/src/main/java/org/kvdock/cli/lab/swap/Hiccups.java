package org.kvdock.cli.lab.swap;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How late a thread comes that only sleeps: what collections of garbage and other work on the machine cost every thread of
 * this process, and so no wait for anything of the host's.
 */
final class Hiccups {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong longestNanos = new AtomicLong();

    /** Measures, on the calling thread, until it is told to stop. */
    void measure(BooleanSupplier stopped) {
        while (!stopped.getAsBoolean()) {
            long start = System.nanoTime();
            LockSupport.parkNanos(NAP_NANOS);
            longestNanos.accumulateAndGet(System.nanoTime() - start - NAP_NANOS, Math::max);
        }
    }

    void reset() {
        longestNanos.set(0);
    }

    long longestNanos() {
        return longestNanos.get();
    }
}
