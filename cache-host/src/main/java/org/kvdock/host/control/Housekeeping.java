package org.kvdock.host.control;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.kvdock.host.HostStatus;
import org.kvdock.host.l1.L1;

/**
 * The thread that ends leases and evicts L1 down to its low watermark. What one of its jobs throws is logged and costs
 * only that job. Safe for all threads.
 */
public final class Housekeeping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());
    /** Chunks that leave before others get L1's lock again. */
    private static final int EVICT_AT_A_TIME = 32;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "kvdock-host-housekeeping");
        made.setDaemon(true);
        return made;
    });
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder pins = new LongAdder();

    public Housekeeping() {
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Evicts in the background until the low watermark is reached. */
    public void evictToLow(L1 l1) {
        run(() -> {
            if (l1.evictToLow(EVICT_AT_A_TIME)) {
                evictToLow(l1);
            }
        });
    }

    /** @return stops the lease; without effect once it is over */
    public Runnable readLease(Duration lease, Runnable end) {
        return begin(lease, end, reads);
    }

    /** @return stops the lease; without effect once it is over */
    public Runnable writeLease(Duration lease, Runnable end) {
        return begin(lease, end, writes);
    }

    /** @return stops the lease; without effect once it is over */
    public Runnable pinLease(Duration lease, Runnable end) {
        return begin(lease, end, pins);
    }

    private Runnable begin(Duration lease, Runnable end, LongAdder count) {
        try {
            Future<?> timer = thread.schedule(guarded(() -> {
                try {
                    end.run();
                } finally {
                    // Whoever sees it counted finds it ended.
                    count.increment();
                }
            }), lease.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            // The host is closing, which ends what the lease would have ended.
            return () -> {};
        }
    }

    /** Runs a job as soon as those before it are done; drops it once closed. */
    void run(Runnable job) {
        try {
            thread.execute(guarded(job));
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    private static Runnable guarded(Runnable job) {
        return () -> {
            try {
                job.run();
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "a job of the host's housekeeping failed, the others go on", e);
            }
        };
    }

    public HostStatus.LeasesEnded leasesEnded() {
        return new HostStatus.LeasesEnded(reads.sum(), writes.sum(), pins.sum());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
