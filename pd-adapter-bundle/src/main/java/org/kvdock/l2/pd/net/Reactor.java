package org.kvdock.l2.pd.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.kvdock.l2.base.Uninterrupted;

/**
 * One thread that serves connections, timers and jobs. What it runs needs no locks among itself; it must not block.
 * {@link #execute} is safe for all threads, everything else is for the reactor's own thread.
 */
public final class Reactor implements AutoCloseable {
    private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int SWEEP_LEAST = 1024;
    private static final int JOBS_AT_ONCE = 1024;
    private static final long HELPER_IDLE_SECONDS = 5;

    /** Serves one channel. */
    public interface Handler {
        /** The channel is ready for what its key asks for. */
        void ready(SelectionKey key) throws IOException;

        /** Serving it threw; the channel must be closed by this call. */
        void failed(Throwable cause);
    }

    /** A job for later. */
    public static final class Timer {
        private final long atNanos;
        private Runnable job;

        private Timer(long atNanos, Runnable job) {
            this.atNanos = atNanos;
            this.job = job;
        }

        /** The job will not run, and what it refers to is let go at once. */
        public void cancel() {
            job = null;
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final Consumer<Throwable> trouble;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(timer -> timer.atNanos - origin));
    private static final long origin = System.nanoTime();
    // When there are so many timers, those that were cancelled are swept out.
    private int sweepAt = SWEEP_LEAST;
    private final ThreadPoolExecutor helper;
    private volatile boolean stopped;

    /**
     * @param name for the thread
     * @param trouble told of what jobs and timers throw
     */
    public Reactor(String name, Consumer<Throwable> trouble) {
        this.trouble = trouble;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.thread = new Thread(this::run, "kvdock-" + name + "-transfer");
        thread.setDaemon(true);
        // Its thread is there only while there is something for it.
        this.helper = new ThreadPoolExecutor(1, 1, HELPER_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), job -> {
            Thread helping = new Thread(job, "kvdock-" + name + "-compute");
            helping.setDaemon(true);
            return helping;
        });
        helper.allowCoreThreadTimeOut(true);
    }

    public void start() {
        thread.start();
    }

    /** Runs a job on the reactor's thread, soon; not at all after close. */
    public void execute(Runnable job) {
        jobs.add(job);
        if (Thread.currentThread() != thread && woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /**
     * Runs a long computation on a helper thread. Its users bound how many they ask for: one for each connection.
     *
     * @param then follows on the reactor's thread, also where the computation threw
     */
    public void compute(Runnable job, Runnable then) {
        helper.execute(() -> {
            try {
                run(job);
            } finally {
                execute(then);
            }
        });
    }

    /** @return a timer that runs the job once, on the reactor's thread */
    public Timer after(long nanos, Runnable job) {
        if (timers.size() >= sweepAt) {
            // A peer says how long it waits, and may think better of it as often as it likes.
            timers.removeIf(timer -> timer.job == null);
            sweepAt = Math.max(SWEEP_LEAST, 2 * timers.size());
        }
        Timer timer = new Timer(System.nanoTime() + nanos, job);
        timers.add(timer);
        return timer;
    }

    /** For tests: timers that are kept, also those that were cancelled. */
    int timers() {
        return timers.size();
    }

    /** Runs a job again and again, with that much time between, whatever it throws. */
    public void every(long nanos, Runnable job) {
        after(nanos, () -> {
            try {
                job.run();
            } finally {
                every(nanos, job);
            }
        });
    }

    /** Serves a channel from now on. */
    public SelectionKey register(SelectableChannel channel, int interest, Handler handler) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, interest, handler);
    }

    /** Ends the thread and closes every channel; waits a bounded while for it. */
    @Override
    public void close() {
        stopped = true;
        helper.shutdownNow();
        selector.wakeup();
        if (Thread.currentThread() == thread) {
            return;
        }
        if (thread.getState() == Thread.State.NEW) {
            closeAll();
            return;
        }
        Uninterrupted.join(JOIN_NANOS, thread);
    }

    private void run() {
        while (!stopped) {
            try {
                select();
                woken.set(false);
                // Before the timers: what came while this thread stood still came in time.
                serve();
                // A bound, so that jobs that make jobs leave room for the connections.
                runJobs(JOBS_AT_ONCE);
                runTimers();
            } catch (IOException | RuntimeException | Error e) {
                trouble.accept(e);
            }
        }
        // All that came before the close: what is to be let go of is among them.
        runJobs(jobs.size());
        closeAll();
    }

    private void select() throws IOException {
        long wait = timers.isEmpty() ? 0 : (timers.peek().atNanos - System.nanoTime() + 999_999) / 1_000_000;
        if (!jobs.isEmpty() || !timers.isEmpty() && wait <= 0) {
            selector.selectNow();
        } else {
            selector.select(wait);
        }
    }

    private void runJobs(int most) {
        for (int left = most; left > 0; left--) {
            Runnable job = jobs.poll();
            if (job == null) {
                return;
            }
            run(job);
        }
    }

    private void runTimers() {
        long now = System.nanoTime();
        while (!timers.isEmpty() && timers.peek().atNanos - now <= 0) {
            Timer timer = timers.poll();
            if (timer.job != null) {
                run(timer.job);
            }
        }
    }

    private void run(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException | Error e) {
            trouble.accept(e);
        } finally {
            forgetInterrupt();
        }
    }

    /**
     * After whatever calls back: an interrupt has no meaning for this thread, and would close the channel that it touches
     * next, a port for one.
     */
    static void forgetInterrupt() {
        Thread.interrupted();
    }

    private void serve() {
        for (SelectionKey key : selector.selectedKeys()) {
            Handler handler = (Handler) key.attachment();
            try {
                if (key.isValid()) {
                    handler.ready(key);
                }
            } catch (IOException | RuntimeException | Error e) {
                run(() -> handler.failed(e));
            } finally {
                forgetInterrupt();
            }
        }
        selector.selectedKeys().clear();
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            closeQuietly(key.channel());
        }
        closeQuietly(selector);
    }

    private static void closeQuietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // It is of no use any more either way.
        }
    }
}
