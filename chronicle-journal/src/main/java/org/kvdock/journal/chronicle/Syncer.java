package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.journal.TaskJournal.DurabilityAction;

/**
 * The thread that waits for the disk, so that nobody else does. In {@link Durability#RECORD} it syncs for whoever waits;
 * all who come while a sync is under way share the next one. In {@link Durability#INTERVAL} it syncs by the clock.
 */
final class Syncer {
    private static final System.Logger LOG = System.getLogger(Syncer.class.getName());
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

    private record Waiting(long position, DurabilityAction action) {}

    private final PartChain chain;
    private final boolean byClock;
    private final long intervalNanos;
    private final Thread thread;

    private final Object lock = new Object();
    // guarded by lock
    private List<Waiting> waiting = new ArrayList<>();
    private boolean stopping;
    private boolean ended;

    /**
     * @param name the adapter's, for the thread
     * @param chain what to sync
     * @param settings which durability, which interval
     */
    Syncer(String name, PartChain chain, JournalSettings settings) {
        this.chain = chain;
        this.byClock = settings.durability() == Durability.INTERVAL;
        this.intervalNanos = settings.interval().toNanos();
        this.thread = new Thread(this::run, "kvdock-sync-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs an action after the sync that covers a position; on this thread, or at once if it has ended. */
    void whenDurable(long position, DurabilityAction action) {
        synchronized (lock) {
            if (!ended) {
                waiting.add(new Waiting(position, action));
                lock.notifyAll();
                return;
            }
        }
        action.run(false);
    }

    private void run() {
        for (boolean last = false; !last; ) {
            List<Waiting> covered;
            synchronized (lock) {
                awaitWork();
                last = stopping;
                covered = waiting;
                waiting = new ArrayList<>();
            }
            // Whatever is in the list was appended before: this sync covers it.
            boolean synced = force();
            long lost = chain.lostUpTo();
            covered.forEach(one -> tell(one.action(), synced && one.position() > lost));
        }
        List<Waiting> late;
        synchronized (lock) {
            ended = true;
            late = waiting;
        }
        late.forEach(one -> tell(one.action(), false));
    }

    private void awaitWork() {
        long end = System.nanoTime() + intervalNanos;
        while (!stopping && (byClock || waiting.isEmpty())) {
            long left = byClock ? end - System.nanoTime() : Long.MAX_VALUE;
            if (left <= 0) {
                return;
            }
            try {
                lock.wait(Math.min(left, TimeUnit.HOURS.toNanos(1)) / 1_000_000 + 1);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread but somebody's action; the loop has its own end.
            }
        }
    }

    private boolean force() {
        try {
            chain.force();
            return true;
        } catch (IOException e) {
            return false;
        } catch (RuntimeException | Error e) {
            // Whatever it was, nobody may wait for ever, and those who come later wait for this thread too.
            LOG.log(System.Logger.Level.ERROR, "a sync failed", e);
            return false;
        }
    }

    private static void tell(DurabilityAction action, boolean durable) {
        try {
            action.run(durable);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "an action after a sync failed", e);
        } finally {
            // Whoever interrupts this thread out of an action would have the next sync close its file.
            Thread.interrupted();
        }
    }

    /** Syncs once more, runs what waits, and ends. Called when nothing is appended any more. */
    void stop() {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        Uninterrupted.join(END_NANOS, thread);
    }
}
