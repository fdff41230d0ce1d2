package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.openucx.jucx.UcxException;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

/**
 * One end: a context and a worker of UCX and the one thread that calls into them. Others hand it jobs. It spins for a
 * bounded while after there was something to do, then waits on the worker's event descriptor.
 *
 * <p>The context asks for active messages alone: senders say which slot, never which address. What UCX's own transports
 * take from a peer is between them: see docs/ucx.md, whom it trusts.
 *
 * <pre>
 *  OPENING --worker made, {@link #opened} ran--> RUNNING --close, or an error--> CLOSING --native side freed--> gone
 *  OPENING --an error--> CLOSING
 * </pre>
 */
abstract class UcxEnd {
    /** Name of the message that carries a piece. */
    static final int PIECE = 0;
    /** After the last thing that was done. */
    private static final long SPIN_NANOS = 200_000;
    private static final int JOBS_AT_ONCE = 64;
    private static final long LINGER_NANOS = 1_000_000_000;
    /** Those that UCX has not let go of. */
    private static final Queue<UcxEnd> STRANDED = new ConcurrentLinkedQueue<>();
    /** For its thread to end, which takes milliseconds. */
    static final long CLOSE_NANOS = 5_000_000_000L;

    private final Reach reach;
    private final Thread thread;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final Object signalling = new Object();
    // Null before it is made and after it is freed. Written by the thread, under signalling; read by it, or under it.
    private UcpWorker worker;
    private UcpContext context;
    private volatile boolean waiting;
    private volatile boolean closing;
    private volatile IOException failure;
    private volatile boolean gone;

    /** @param name for the thread */
    UcxEnd(Reach reach, String name) {
        this.reach = reach;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    final void start() {
        thread.start();
    }

    /** Waits until it is running. @throws IOException if it could not be opened */
    final void awaitOpen() throws IOException {
        try {
            settled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // Nobody will have it to close.
            stop();
            awaitGone(CLOSE_NANOS);
            throw new IOException("interrupted while UCX was opened");
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Runs a job on the thread, soon; not at all after it has closed. */
    final void execute(Runnable job) {
        jobs.add(job);
        wake();
    }

    private void wake() {
        if (waiting) {
            synchronized (signalling) {
                if (worker != null) {
                    worker.signal();
                }
            }
        }
    }

    /** Ends it. Does not wait. */
    final void stop() {
        closing = true;
        wake();
    }

    /**
     * Waits until nothing of it is left, also through interrupts: what UCX may still write into must not be given away.
     *
     * @param nanos how long at the most
     * @return whether nothing is left
     */
    final boolean awaitGone(long nanos) {
        return Uninterrupted.join(nanos, thread);
    }

    /** @return whether nothing native of it is left */
    final boolean isGone() {
        return gone;
    }

    /** @return whether it ends */
    final boolean isClosing() {
        return closing;
    }

    /** It is of no use any more. Runs on the thread. */
    final void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
        }
        closing = true;
    }

    /** The worker is there. Runs on the thread. */
    abstract void opened(UcpContext context, UcpWorker worker) throws Exception;

    /**
     * The worker goes now: whatever is under way ends. Runs on the thread; may call {@link #progress}.
     *
     * @throws Exception if something does not end: then the worker stays, since UCX would end the process with it
     */
    abstract void closing() throws Exception;

    /**
     * Calls UCX until something is over.
     *
     * @throws IOException if it is not, within a bounded while
     */
    final void progressUntil(BooleanSupplier over, String what) throws Exception {
        long end = System.nanoTime() + LINGER_NANOS;
        while (!over.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(what + " does not end");
            }
            progress();
        }
    }

    /** The worker has gone, the context has not: what was registered with it goes now. Runs on the thread. */
    void released() throws Exception {}

    /**
     * It has gone. Runs on the thread.
     *
     * @param cause why, null if it was closed
     * @param freed whether UCX has let go of everything; otherwise it may still use memory that it was given, and this
     *     end with all that it holds is kept for ever
     */
    abstract void closed(IOException cause, boolean freed);

    /** @return whether there was anything to do */
    final boolean progress() throws Exception {
        return worker.progress() != 0;
    }

    private void run() {
        try {
            open();
            settled.countDown();
            serve();
        } catch (Exception | Error e) {
            // An Error too: somebody waits for this end to open, or for its failure.
            fail(e instanceof IOException io ? io : new IOException(e.getMessage() == null ? e.toString() : e.getMessage()));
        }
        boolean freed = false;
        try {
            free();
            freed = true;
        } catch (Exception | Error e) {
            STRANDED.add(this);
        }
        settled.countDown();
        gone = true;
        closed(failure, freed);
    }

    private void open() throws Exception {
        UcxRuntime.load(UcxGate.here());
        UcpParams params = new UcpParams().requestAmFeature().requestWakeupFeature();
        set(params, "LOG_LEVEL", "fatal");
        if (reach == Reach.THIS_MACHINE) {
            // Only transports that notice a peer's end are of use, and only processes of this machine may connect.
            set(params, "TLS", "tcp");
            set(params, "NET_DEVICES", "lo");
        }
        context = new UcpContext(params);
        UcpWorker made = context.newWorker(new UcpWorkerParams());
        synchronized (signalling) {
            worker = made;
        }
        opened(context, made);
    }

    // What the operator has set for all of UCX stays.
    private static void set(UcpParams params, String key, String value) {
        if (System.getenv("UCX_" + key) == null) {
            params.setConfig(key, value);
        }
    }

    private void serve() throws Exception {
        long busyAt = System.nanoTime();
        while (!closing) {
            if (progress() | runJobs()) {
                busyAt = System.nanoTime();
            } else if (System.nanoTime() - busyAt < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                await();
            }
        }
    }

    private boolean runJobs() {
        int left = JOBS_AT_ONCE;
        for (Runnable job = jobs.poll(); job != null; job = left-- > 0 ? jobs.poll() : null) {
            job.run();
        }
        return left < JOBS_AT_ONCE;
    }

    private void await() throws UcxException {
        waiting = true;
        // Whoever came before this flag was seen is not signalled.
        if (jobs.isEmpty() && !closing) {
            worker.waitForEvents();
        }
        waiting = false;
    }

    private void free() throws Exception {
        if (worker == null) {
            if (context != null) {
                context.close();
            }
            return;
        }
        UcpWorker last = worker;
        try {
            closing();
        } finally {
            synchronized (signalling) {
                worker = null;
            }
        }
        last.close();
        released();
        context.close();
    }
}
