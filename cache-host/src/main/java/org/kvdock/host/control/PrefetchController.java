package org.kvdock.host.control;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.kvdock.host.HostStatus;
import org.kvdock.host.PrefetchPolicy;
import org.kvdock.host.Prefetched;
import org.kvdock.host.control.PrefetchJob.Phase;
import org.kvdock.host.control.PrefetchTask.Load;
import org.kvdock.host.control.PrefetchTask.Lookup;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/**
 * Brings chunks from the adapters into L1. One thread does it all; other threads only hand it jobs.
 *
 * <p>A job locks what L1 has, asks all adapters for the rest, and goes for what its trim keeps of all that, the longest
 * prefix for one: each missing chunk of it is loaded once, also when several requests want it, into memory reserved for it, and becomes
 * readable and locked for all that wait in one step. Everything else is unlocked and never enters L1.
 *
 * <p>Adapters have half of the job's time to answer the lookup, and less when others have all that the job needs, so that
 * one that never answers leaves the others time to load. A chunk that one adapter fails to load is loaded from the next
 * one that has it. At its deadline a job completes with what is there; results that come later are fetched and their locks given
 * back, and memory that an adapter may still write into stays reserved until its task has completed (R7).
 */
public final class PrefetchController implements PrefetchTasks.Results {
    private final ControllerLoop loop = new ControllerLoop("kvdock-host-prefetch");
    private final PrefetchCounters counters = new PrefetchCounters();
    private final PrefetchTasks tasks = new PrefetchTasks(loop, counters, this);
    private final InFlight inFlight = new InFlight();
    private final L1 l1;
    private final Callbacks callbacks;
    private final Supplier<List<Berth>> docked;
    private final Readers readers;
    private final int maxActive;
    private final Permits waiting;
    private final Duration lookupGrace;

    /** Hands a job's chunks to its reader. */
    @FunctionalInterface
    public interface Readers {
        /**
         * @param entries by position, each read-locked for the reader; null: not here
         * @return what the reader closes
         */
        Prefetched open(String requestId, L1Entry[] entries);
    }

    // Confined to the thread.
    private final Deque<PrefetchJob> queued = new ArrayDeque<>();
    private final Set<PrefetchJob> active = new LinkedHashSet<>();
    private final Arrivals arrivals;
    private final PrefetchPlanner planner;
    private boolean beginning;

    /**
     * @param docked the adapters that get new work, as of now
     * @param policy decides from which of them a chunk is loaded, as of now
     * @param readers gets the chunks of each job, read-locked
     * @param maxActive jobs that look up or load at the same time
     * @param waiting bounds the jobs that wait their turn
     * @param lookupGrace how long adapters may still answer when others have all that a job needs
     */
    public PrefetchController(
            L1 l1,
            Callbacks callbacks,
            Supplier<List<Berth>> docked,
            Supplier<PrefetchPolicy> policy,
            Readers readers,
            int maxActive,
            Permits waiting,
            Duration lookupGrace) {
        this.l1 = l1;
        this.arrivals = new Arrivals(l1, tasks, counters);
        this.planner = new PrefetchPlanner(l1, arrivals, tasks, counters, policy);
        this.callbacks = callbacks;
        this.docked = docked;
        this.readers = readers;
        this.maxActive = maxActive;
        this.waiting = waiting;
        this.lookupGrace = lookupGrace;
        loop.start();
    }

    /**
     * Takes a job; jobs are begun in the order of these calls. Any thread.
     *
     * @throws org.kvdock.l2.BackPressureException if as many wait as may
     */
    public void submit(PrefetchJob job) {
        waiting.take();
        inFlight.enter();
        counters.requests.increment();
        counters.chunks.add(job.keys.size());
        loop.post(() -> {
            job.deadlineTimer = loop.at(job.deadlineNanos, () -> deadline(job));
            queued.add(job);
            beginQueued();
        });
    }

    private void beginQueued() {
        // A job that completes at once comes back here; the loop further out goes on for it.
        if (beginning) {
            return;
        }
        beginning = true;
        try {
            while (active.size() < maxActive && !queued.isEmpty()) {
                begin(queued.pollFirst());
            }
        } finally {
            beginning = false;
        }
    }

    private void begin(PrefetchJob job) {
        waiting.give();
        active.add(job);
        job.advance(Phase.LOOKING_UP);
        planner.lockInL1(job);
        List<Integer> missing = job.missing();
        missing.removeIf(position -> arrivals.isComing(job.keys.get(position)));
        List<Berth> berths = missing.isEmpty() ? List.of() : docked.get();
        if (berths.isEmpty()) {
            plan(job);
            return;
        }
        List<ObjectKey> keys = job.keysAt(missing);
        job.lookupsOpen = berths.size();
        job.planAtNanos = halfTime(job);
        job.planTimer = loop.at(job.planAtNanos, () -> plan(job));
        tasks.submitAll(berths.stream().map(berth -> new Lookup(job, berth, missing, keys)).toList());
    }

    @Override
    public void lookedUp(Lookup task, Bitmap hits) {
        PrefetchJob job = task.job();
        if (job.phase() != Phase.LOOKING_UP || !task.berth().isDocked()) {
            tasks.unlock(task.berth(), hits.gather(task.keys()));
        } else if (!hits.isEmpty()) {
            Bitmap positions = job.found.computeIfAbsent(task.berth(), berth -> {
                berth.work().enter();
                return new Bitmap(job.keys.size());
            });
            hits.indices().forEach(i -> positions.set(task.positions().get(i)));
        }
        job.lookupsOpen--;
        if (job.phase() == Phase.LOOKING_UP) {
            planIfKnown(job);
        }
        taskEnded(job);
    }

    /** All have answered; or what the request needs is there, and who has not answered gets a moment more. */
    private void planIfKnown(PrefetchJob job) {
        if (job.lookupsOpen == 0) {
            plan(job);
        } else if (!job.covered && planner.isCovered(job)) {
            job.covered = true;
            long soon = System.nanoTime() + lookupGrace.toNanos();
            if (soon - job.planAtNanos < 0) {
                loop.cancel(job.planTimer);
                job.planTimer = loop.at(soon, () -> plan(job));
            }
        }
    }

    private static long halfTime(PrefetchJob job) {
        long now = System.nanoTime();
        return now + (job.deadlineNanos - now) / 2;
    }

    private void plan(PrefetchJob job) {
        job.advance(Phase.LOADING);
        loop.cancel(job.planTimer);
        PrefetchPlanner.Plan plan = planner.plan(job);
        if (job.chunksOpen > 0) {
            tell(job.expected, plan.wanted());
        }
        tasks.submitAll(plan.loads());
        completeIfAllHere(job);
    }

    private void tell(CompletableFuture<Bitmap> expected, Bitmap wanted) {
        inFlight.enter();
        callbacks.run(() -> expected.complete(wanted), inFlight::leave);
    }

    @Override
    public void loaded(Load task, Bitmap arrived) {
        tasks.unlock(task.berth(), task.keys());
        Set<PrefetchJob> served = new LinkedHashSet<>();
        List<Load> again = arrivals.ended(task, arrived, served);
        tasks.submitAll(again);
        // Until here the locks for them counted as work of their own.
        again.forEach(load -> load.arrivals().forEach(arrival -> load.berth().work().leave()));
        served.forEach(this::completeIfAllHere);
        taskEnded(task.job());
    }

    private void completeIfAllHere(PrefetchJob job) {
        if (job.phase() == Phase.LOADING && job.chunksOpen == 0) {
            complete(job);
        }
    }

    private void deadline(PrefetchJob job) {
        if (job.isDone()) {
            return;
        }
        counters.deadlines.increment();
        if (queued.remove(job)) {
            waiting.give();
        }
        if (job.phase() != Phase.LOADING) {
            planner.lockInL1(job);
        }
        complete(job);
        docked.get().forEach(berth -> tasks.endUnwanted(berth.prefetches));
    }

    private void complete(PrefetchJob job) {
        Bitmap kept = job.trim.of(job.here());
        job.advance(Phase.DONE);
        loop.cancel(job.deadlineTimer);
        loop.cancel(job.planTimer);
        tasks.giveBackFound(job);
        l1.unlock(job.takeAllBut(kept));
        Prefetched result = readers.open(job.requestId, job.held);
        inFlight.enter();
        callbacks.run(() -> {
            // A stage that its user has cancelled has nobody who would release the chunks.
            job.expected.complete(result.found());
            if (!job.ready.complete(result)) {
                result.close();
            }
        }, inFlight::leave);
        active.remove(job);
        settle(job);
        beginQueued();
    }

    private void taskEnded(PrefetchJob job) {
        job.tasksOpen--;
        settle(job);
    }

    private void settle(PrefetchJob job) {
        if (job.isDone() && job.tasksOpen == 0) {
            inFlight.leave();
        }
    }

    // ---- the dock ----

    /** Waits on an adapter's lookups and loads from now on. Any thread. */
    public void attach(Berth berth) {
        loop.watch(berth.adapter().eventFd(TaskKind.LOOKUP), () -> tasks.collectLookups(berth.prefetches));
        loop.watch(berth.adapter().eventFd(TaskKind.LOAD), () -> tasks.collectLoads(berth.prefetches));
    }

    /** The adapter has left the routing: what it has found and nobody loads yet is given back. Any thread. */
    public void leaving(Berth berth) {
        berth.work().enter();
        loop.post(() -> {
            active.forEach(job -> tasks.giveBackFound(job, berth));
            arrivals.forget(berth);
            tasks.endWaitingLookups(berth.prefetches);
            berth.work().leave();
        });
    }

    /** Fetches what a closed adapter has told last; its eventfds may have gone with the signals. Any thread. */
    public void sweep(Berth berth) {
        loop.post(() -> {
            tasks.collectLookups(berth.prefetches);
            tasks.collectLoads(berth.prefetches);
        });
    }

    /** Waits on an adapter no longer. Any thread. */
    public void detach(Berth berth) {
        loop.unwatch(berth.adapter().eventFd(TaskKind.LOOKUP));
        loop.unwatch(berth.adapter().eventFd(TaskKind.LOAD));
    }

    // ---- the host ----

    public InFlight inFlight() {
        return inFlight;
    }

    public HostStatus.Prefetches counters() {
        return counters.read();
    }

    /** Ends the thread; jobs that are still open complete with what is here. */
    public void close(Duration timeout) {
        loop.post(() -> {
            List.copyOf(queued).forEach(this::deadline);
            List.copyOf(active).forEach(this::deadline);
        });
        loop.stop(timeout);
    }
}
