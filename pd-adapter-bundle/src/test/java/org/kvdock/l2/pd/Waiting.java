package org.kvdock.l2.pd;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.kvdock.l2.tck.Caller;

/** Bounded waiting for what gives no signal. */
final class Waiting {
    private Waiting() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
