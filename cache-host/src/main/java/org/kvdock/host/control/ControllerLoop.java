package org.kvdock.host.control;

import java.time.Duration;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;

/**
 * One controller's thread: waits on the eventfds of all docked adapters and on one of its own, by which other threads
 * hand it commands, and runs timers. Whatever a handler, command or timer throws is logged and costs only itself.
 *
 * <p>{@link #post}, {@link #watch}, {@link #unwatch} and {@link #stop} are for all threads; timers only for this thread.
 */
final class ControllerLoop {
    private static final System.Logger LOG = System.getLogger(ControllerLoop.class.getName());

    private final EventPoller poller = new EventPoller();
    private final EventFd mail = EventFd.create();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final TreeSet<Timer> timers = new TreeSet<>();
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private long nextTimer;
    private volatile boolean stopping;

    /** Something to do at a time; cancelled by {@link #cancel}. */
    static final class Timer implements Comparable<Timer> {
        private final long atNanos;
        private final long order;
        private final Runnable action;

        private Timer(long atNanos, long order, Runnable action) {
            this.atNanos = atNanos;
            this.order = order;
            this.action = action;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.signum(atNanos - other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    ControllerLoop(String name) {
        poller.add(mail, this::runCommands);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Runs a command on this thread, after those posted before it; dropped once the loop has ended. */
    void post(Runnable command) {
        if (ended.getCount() > 0) {
            commands.add(command);
            mail.signal(1);
        }
    }

    /** @param onSignal also called once when the eventfd has been closed: what was signalled last may have gone with it */
    void watch(EventFd fd, Runnable onSignal) {
        Runnable look = () -> {
            guarded(fd::read);
            guarded(onSignal);
        };
        poller.add(fd, look, look);
    }

    void unwatch(EventFd fd) {
        poller.remove(fd);
    }

    Timer at(long nanos, Runnable action) {
        Timer timer = new Timer(nanos, nextTimer++, action);
        timers.add(timer);
        return timer;
    }

    Timer after(Duration delay, Runnable action) {
        return at(System.nanoTime() + delay.toNanos(), action);
    }

    /** @param timer null: nothing to cancel */
    void cancel(Timer timer) {
        if (timer != null) {
            timers.remove(timer);
        }
    }

    /** Ends the thread after the commands posted so far; waits for it, but not for ever. */
    void stop(Duration timeout) {
        stopping = true;
        mail.signal(1);
        if (Thread.currentThread() != thread
                && !Uninterrupted.await(timeout.toNanos(), left -> ended.await(left, TimeUnit.NANOSECONDS))) {
            LOG.log(System.Logger.Level.WARNING, thread.getName() + " did not end in " + timeout);
        }
    }

    private void run() {
        try {
            while (!stopping) {
                poller.poll(untilNextTimer());
                runTimers();
            }
            runCommands();
        } finally {
            poller.close();
            mail.close();
            ended.countDown();
        }
    }

    private Duration untilNextTimer() {
        return timers.isEmpty()
                ? null
                : Duration.ofNanos(Math.max(0, timers.first().atNanos - System.nanoTime()));
    }

    private void runTimers() {
        while (!timers.isEmpty() && timers.first().atNanos - System.nanoTime() <= 0) {
            guarded(timers.pollFirst().action);
        }
    }

    // After each read of the eventfd until nothing is left: a command posted meanwhile has signalled again.
    private void runCommands() {
        mail.read();
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            guarded(command);
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, thread.getName() + ": a step failed, the thread goes on", e);
        }
    }
}
