package org.kvdock.l2.base;

import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that ends what takes too long: tasks past their deadline (R12) and leases (R9). It looks at all open
 * tasks each tick, which their bound keeps short, so a submit costs nothing here; with nothing open it sleeps.
 */
final class AdapterClock implements Runnable {
    private static final long SHORTEST_TICK_NANOS = 1_000_000;
    private static final long LONGEST_TICK_NANOS = 100_000_000;

    /** What a tick does. */
    interface Tick {
        /** @return whether there is anything that a later tick may have to end */
        boolean run();

        /** Told of what a tick threw; the next one comes all the same. */
        void threw(Throwable thrown);
    }

    private final Thread thread;
    private final Tick tick;
    private final long tickNanos;
    private volatile boolean sleeping;
    private volatile boolean stopped;

    /**
     * @param shortestNanos the shortest time that is watched; a tick is a fiftieth of it
     */
    AdapterClock(String name, long shortestNanos, Tick tick) {
        this.tick = tick;
        this.tickNanos = Math.min(LONGEST_TICK_NANOS, Math.max(SHORTEST_TICK_NANOS, shortestNanos / 50));
        this.thread = new Thread(this, "kvdock-" + name + "-clock");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** For tests: starts the thread and waits for its end. */
    void startAndJoin() throws InterruptedException {
        start();
        thread.join();
    }

    /** There is something to watch from now on. */
    void wake() {
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    /** @param nanos how long to wait for the thread to end at the most, if it is not the calling one */
    void stop(long nanos) {
        stopped = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(nanos, thread);
    }

    @Override
    public void run() {
        while (!stopped) {
            // Set before looking: a task that comes after the look sees it and wakes this thread.
            sleeping = true;
            if (tick()) {
                sleeping = false;
                LockSupport.parkNanos(this, tickNanos);
            } else if (!stopped) {
                LockSupport.park(this);
            }
            // An interrupt has no meaning here, and would make every park return at once.
            Thread.interrupted();
        }
    }

    // Without this thread no task would ever time out again.
    private boolean tick() {
        try {
            return tick.run();
        } catch (Throwable e) {
            tick.threw(e);
            return true;
        }
    }
}
