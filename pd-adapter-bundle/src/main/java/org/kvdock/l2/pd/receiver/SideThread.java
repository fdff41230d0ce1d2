package org.kvdock.l2.pd.receiver;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.base.Uninterrupted;

/** The one thread on which ends of channels are opened and closed, since both may block. Safe for all threads. */
interface SideThread {
    /** Runs a job, after those that came before it; not at all after {@link #close}. */
    void execute(Runnable job);

    /** Runs a job after that many nanoseconds; not at all after {@link #close}. */
    void after(long nanos, Runnable job);

    /**
     * Runs one last job after those that came before it, and none after it. Waits a bounded while for that, also through
     * interrupts.
     *
     * @return whether it has run
     */
    boolean close(Runnable last);

    /** @return one that is there only while there is something for it */
    static SideThread named(String name) {
        return new Pool(name);
    }

    /** A pool of one. */
    final class Pool implements SideThread {
        private static final long IDLE_SECONDS = 5;
        private static final long CLOSE_NANOS = 10_000_000_000L;

        private final ScheduledThreadPoolExecutor pool;

        private Pool(String name) {
            pool = new ScheduledThreadPoolExecutor(1, job -> {
                Thread thread = new Thread(job, name);
                thread.setDaemon(true);
                return thread;
            });
            pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
            pool.allowCoreThreadTimeOut(true);
            pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        public void execute(Runnable job) {
            after(0, job);
        }

        @Override
        public void after(long nanos, Runnable job) {
            try {
                pool.schedule(job, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // Closed.
            }
        }

        @Override
        public boolean close(Runnable last) {
            CountDownLatch done = new CountDownLatch(1);
            try {
                pool.execute(() -> {
                    try {
                        last.run();
                    } finally {
                        pool.shutdown();
                        done.countDown();
                    }
                });
            } catch (RejectedExecutionException e) {
                // Closed before: the last job has run.
                return true;
            }
            return Uninterrupted.await(CLOSE_NANOS, left -> done.await(left, TimeUnit.NANOSECONDS));
        }
    }
}
