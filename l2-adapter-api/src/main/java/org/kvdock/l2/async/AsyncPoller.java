package org.kvdock.l2.async;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.event.EventPoller;

/**
 * The one thread that waits on the eventfds of any number of adapters, fetches their results and completes the stages of
 * their callers.
 *
 * <table>
 *   <caption>Threads and locks</caption>
 *   <tr><th>what</th><th>who</th><th>guarded by</th></tr>
 *   <tr><td>reading eventfds, fetching results, completing stages with them, unlocking for lookups that were given
 *       up</td><td>this poller's thread</td><td>no lock while a stage completes</td></tr>
 *   <tr><td>what hangs on a stage</td><td>this poller's thread; or, as with every {@code CompletableFuture}, a thread
 *       that hangs it on a stage which is complete, waits for that stage, or cancels it</td><td>no lock</td></tr>
 *   <tr><td>submits</td><td>any thread, also this poller's</td><td>the adapter's {@code submitting}, shared</td></tr>
 *   <tr><td>fetching one adapter's results, its last phase</td><td>this poller's thread</td><td>its {@code submitting},
 *       exclusive</td></tr>
 *   <tr><td>{@code attached}, {@code closing}, {@code ended}</td><td>any thread</td><td>this object's monitor; under it
 *       only an adapter's {@code addListener} and the registration of its eventfds</td></tr>
 * </table>
 *
 * <p>So a result is fetched only when every submit that has returned an id has also noted its stage: none is missed, and
 * one that nobody has noted is a stranger's. Nothing that waits is called under {@code submitting}: submits and fetches
 * don't (R2).
 *
 * <p>What hangs on a stage must not block: it would hold up all adapters of this poller. Work that takes time belongs on
 * an executor ({@code thenApplyAsync} and its like), and a stage of this poller must not be waited for on its thread.
 */
public final class AsyncPoller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncPoller.class.getName());

    private final EventPoller events = new EventPoller();
    private final Queue<AsyncAdapter> asked = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final Set<AsyncAdapter> attached = new HashSet<>();
    private boolean closing;
    private boolean ended;

    /**
     * Starts the thread, a daemon.
     *
     * @param threadName its name
     * @throws org.kvdock.l2.event.NativeUnavailableException if there is no native library for this platform
     */
    public AsyncPoller(String threadName) {
        thread = new Thread(this::run, Objects.requireNonNull(threadName, "threadName"));
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Gives an adapter's tasks as stages from now on. The adapter stays its owner's to close. Nobody else may read its
     * eventfds or fetch its results; a host that has docked it does both.
     *
     * @param adapter not attached anywhere
     * @return its facade
     * @throws IllegalStateException if its eventfds are in a poller already; nothing has changed
     * @throws ClosedException if the adapter or this poller is closed
     */
    public synchronized AsyncAdapter attach(L2Adapter adapter) {
        if (closing) {
            throw new ClosedException(thread.getName() + ": the poller is closed");
        }
        AsyncAdapter facade = new AsyncAdapter(this, events, Objects.requireNonNull(adapter, "adapter"));
        facade.attach();
        attached.add(facade);
        return facade;
    }

    /**
     * Closes every facade: no more tasks are taken. Returns at once; stages complete as their tasks do, by their deadlines
     * at the latest (R12), and the thread ends after the last of them. May be called again, and from a stage.
     */
    @Override
    public void close() {
        List<AsyncAdapter> all;
        synchronized (this) {
            closing = true;
            all = List.copyOf(attached);
        }
        all.forEach(AsyncAdapter::close);
        events.wakeup();
    }

    /**
     * Waits until the thread has ended, after {@link #close}. Interruptible: an interrupted caller gets the answer of that
     * moment, with its interrupt flag set.
     *
     * @param timeout how long to wait at the most
     * @return whether it has: every stage is complete, and the eventfds are free for others
     * @throws IllegalStateException on the thread itself
     */
    public boolean awaitEnd(Duration timeout) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(thread.getName() + " cannot wait for its own end");
        }
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            try {
                for (long left = end - System.nanoTime(); !ended && left > 0; left = end - System.nanoTime()) {
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ended;
        }
    }

    /** Has the thread look at everything of a facade, signal or not. */
    void ask(AsyncAdapter facade) {
        asked.add(facade);
        events.wakeup();
    }

    synchronized void detached(AsyncAdapter facade) {
        attached.remove(facade);
    }

    private synchronized boolean isDone() {
        return closing && attached.isEmpty();
    }

    private void run() {
        Throwable cause = null;
        try {
            while (!isDone()) {
                events.poll(null);
                for (AsyncAdapter facade = asked.poll(); facade != null; facade = asked.poll()) {
                    facade.look();
                }
            }
        } catch (Throwable e) {
            // Handlers catch their own: this is the system's refusal to poll, and nothing more will be heard of any task.
            LOG.log(System.Logger.Level.ERROR, thread.getName() + ": cannot poll any more", e);
            cause = e;
        } finally {
            end(cause);
        }
    }

    private void end(Throwable cause) {
        List<AsyncAdapter> left;
        synchronized (this) {
            closing = true;
            left = List.copyOf(attached);
        }
        for (AsyncAdapter facade : left) {
            facade.abandon(cause);
        }
        events.close();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    @Override
    public String toString() {
        return "AsyncPoller[" + thread.getName() + "]";
    }
}
