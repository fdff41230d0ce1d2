package org.kvdock.l2.base;

import org.jetbrains.lincheck.Lincheck;

/** Runs small scenarios of several threads under a model checker, many times over. */
public final class Interleavings {
    /** {@code -Dkvdock.tck.scale=1} tries twenty times as many as CI does. */
    private static final int SCHEDULES =
            (int) (10_000 * Double.parseDouble(System.getProperty("kvdock.tck.scale", "0.05")));

    private Interleavings() {}

    /**
     * Runs a scenario again and again, each time with threads switched at other accesses to shared memory.
     *
     * @throws org.jetbrains.lincheck.LincheckAssertionError with the interleaving, if the scenario threw or hung in one
     */
    public static void explore(Runnable scenario) {
        Lincheck.runConcurrentTest(Math.max(100, SCHEDULES), scenario);
    }

    /** As {@link #explore(Runnable)}, a twentieth as often: for scenarios of which each run takes longer. */
    static void exploreLarge(Runnable scenario) {
        Lincheck.runConcurrentTest(Math.max(25, SCHEDULES / 20), scenario);
    }

    /** Runs these at once, for a scenario, and waits for all of them. */
    public static void together(Runnable... parts) {
        Thread[] threads = new Thread[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Thread(parts[i]);
            threads[i].start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
