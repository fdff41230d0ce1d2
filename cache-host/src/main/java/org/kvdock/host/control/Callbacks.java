package org.kvdock.host.control;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The thread on which stages complete, so that what hangs on them cannot hold up a controller. */
public final class Callbacks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Callbacks.class.getName());

    // The queue needs no bound of its own: it holds completions of requests that the controllers had accepted.
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), task -> {
                Thread made = new Thread(task, "kvdock-host-callbacks");
                made.setDaemon(true);
                return made;
            });

    /**
     * @param completion completes a stage
     * @param afterwards runs next, whatever the completion threw
     */
    void run(Runnable completion, Runnable afterwards) {
        thread.execute(() -> {
            try {
                completion.run();
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "what hangs on a stage failed", e);
            } finally {
                afterwards.run();
            }
        });
    }

    /** Runs what was handed over before, and ends. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
