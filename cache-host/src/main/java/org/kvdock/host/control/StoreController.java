package org.kvdock.host.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.kvdock.host.DockedAdapter;
import org.kvdock.host.HostStatus;
import org.kvdock.host.RequestStored;
import org.kvdock.host.StorePolicy;
import org.kvdock.host.control.StoreJob.Piece;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * Brings what was written into L1 to the adapters. One thread does it all; other threads only hand it jobs. A job's read
 * locks are held until every adapter that got it has finished, whatever came of it.
 *
 * <p>A submit that is refused for back-pressure keeps its place: the piece and what is behind it for the same adapter
 * wait for the adapter's next completion. Other adapters do not wait for it.
 */
public final class StoreController {
    private static final System.Logger LOG = System.getLogger(StoreController.class.getName());

    private final ControllerLoop loop = new ControllerLoop("kvdock-host-store");
    private final L1 l1;
    private final Callbacks callbacks;
    private final Supplier<List<Berth>> docked;
    private final Supplier<StorePolicy> policy;
    private final InFlight inFlight = new InFlight();
    private final StoreCounters counters = new StoreCounters();
    /** Jobs that are not completed, so that the end of the host finds them. Confined to the thread. */
    private final Set<StoreJob> open = new HashSet<>();

    /**
     * @param docked the adapters that get new work, as of now
     * @param policy decides which of them, as of now
     */
    public StoreController(
            L1 l1, Callbacks callbacks, Supplier<List<Berth>> docked, Supplier<StorePolicy> policy) {
        this.l1 = l1;
        this.callbacks = callbacks;
        this.docked = docked;
        this.policy = policy;
        loop.start();
    }

    /**
     * Takes a job; jobs are begun in the order of these calls. Any thread.
     *
     * @param completed runs once when the job is complete, before its stage is
     */
    public void submit(StoreJob job, Runnable completed) {
        job.completed = completed;
        inFlight.enter();
        counters.requests.increment();
        counters.chunks.add(job.keys.size());
        loop.post(() -> begin(job));
    }

    private void begin(StoreJob job) {
        open.add(job);
        List<Berth> targets = targets(job);
        if (targets.isEmpty()) {
            complete(job);
            return;
        }
        // All pieces first: a target that fails at once must not look like the last one.
        List<Piece> pieces = targets.stream().map(job::whole).toList();
        for (Piece piece : pieces) {
            piece.berth().work().enter();
            piece.berth().stores.waiting.add(piece);
        }
        for (Piece piece : pieces) {
            pump(piece.berth().stores);
        }
    }

    private List<Berth> targets(StoreJob job) {
        List<Berth> berths = docked.get();
        if (berths.isEmpty()) {
            job.note("no adapter is docked");
            return berths;
        }
        try {
            Set<DockedAdapter> chosen = new HashSet<>(
                    policy.get().targets(job.requestId, job.keys, berths.stream().map(Berth::asDocked).toList()));
            return berths.stream().filter(berth -> chosen.contains(berth.asDocked())).toList();
        } catch (RuntimeException | Error e) {
            job.note("the store policy failed: " + e);
            return List.of();
        }
    }

    private void pump(StoreLane lane) {
        while (!lane.waiting.isEmpty()) {
            Piece piece = lane.waiting.peekFirst();
            try {
                long id = submit(piece);
                lane.waiting.pollFirst();
                lane.running.put(id, piece);
                piece.job().atAdapters++;
                lane.retry.reset();
                counters.submitted.increment();
            } catch (BackPressureException e) {
                counters.backPressure.increment();
                if (lane.running.isEmpty()) {
                    lane.retry.arm(loop, () -> pump(lane));
                }
                return;
            } catch (BadArgumentException e) {
                lane.waiting.pollFirst();
                split(lane, piece, e);
            } catch (RuntimeException | Error e) {
                lane.waiting.pollFirst();
                counters.submitFailures.increment();
                failed(piece, e.toString());
            }
        }
    }

    private static long submit(Piece piece) {
        StoreJob job = piece.job();
        List<KvBuffer> buffers = new ArrayList<>(piece.size());
        for (L1Entry entry : job.entries.subList(piece.from(), piece.to())) {
            buffers.add(entry.buffer());
        }
        return piece.berth().adapter().submitStoreTask(
                job.keys.subList(piece.from(), piece.to()),
                buffers,
                Optional.of(new StoreContext(job.requestId, piece.last(), job.keys.size(), KvLayout.OPAQUE)));
    }

    /** The adapter's bounds on one task are its own affair: what it takes is found out by halving. */
    private void split(StoreLane lane, Piece piece, BadArgumentException e) {
        if (piece.size() < 2) {
            counters.submitFailures.increment();
            failed(piece, e.getMessage());
            return;
        }
        piece.berth().work().enter();
        List<Piece> halves = piece.job().halves(piece);
        lane.waiting.addFirst(halves.get(1));
        lane.waiting.addFirst(halves.get(0));
    }

    private void collect(StoreLane lane) {
        boolean signals = lane.berth.adapter().eventFd(TaskKind.STORE).isOpen();
        try {
            Map<Long, TaskResult> popped = lane.berth.adapter().popCompletedStoreTasks();
            while (!popped.isEmpty()) {
                popped.forEach((id, result) -> {
                    Piece piece = lane.running.remove(id);
                    // Others may use the adapter too, and a host before this one may have left results.
                    if (piece != null) {
                        piece.job().atAdapters--;
                        finished(piece, result);
                    }
                });
                popped = lane.berth.adapter().popCompletedStoreTasks();
            }
        } catch (RuntimeException | Error e) {
            // Some may be done, and no signal will come for them again.
            signals = false;
            lane.lookAgain.logFirst(LOG, lane.berth + " failed to hand out its stores", e);
        }
        if (signals) {
            lane.lookAgain.reset();
        } else if (!lane.running.isEmpty()) {
            lane.lookAgain.arm(loop, () -> collect(lane));
        }
        pump(lane);
    }

    private void finished(Piece piece, TaskResult result) {
        counters.completed.increment();
        counters.failures.count(result);
        counters.chunksMoved.add(result.moved().count());
        counters.bytesMoved.add(result.bytesMoved());
        boolean last;
        try {
            last = piece.job().finished(piece, result);
        } catch (RuntimeException e) {
            // A result that does not fit its task must not cost the results behind it.
            last = piece.job().failed(piece, e.toString());
        }
        if (last) {
            complete(piece.job());
        }
        piece.berth().work().leave();
    }

    private void failed(Piece piece, String why) {
        if (piece.job().failed(piece, why)) {
            complete(piece.job());
        }
        piece.berth().work().leave();
    }

    private void complete(StoreJob job) {
        if (!open.remove(job)) {
            return;
        }
        try {
            // Only the end of this controller comes before the adapters have done. Nobody learns of that any more, so what
            // they may still read keeps its locks: another host over the same L1 must not write over it.
            if (job.atAdapters == 0) {
                l1.unlock(job.entries);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "locks of request " + job.requestId + " were not all there", e);
        }
        RequestStored outcome = job.outcome();
        deleteStored(job, outcome);
        job.completed.run();
        callbacks.run(() -> job.stage.complete(outcome), inFlight::leave);
    }

    private void deleteStored(StoreJob job, RequestStored outcome) {
        try {
            Bitmap deletions = policy.get().deletions(job.keys, outcome);
            for (int i = 0; i < job.keys.size(); i++) {
                if (deletions.test(i) && outcome.stored().test(i)) {
                    l1.delete(job.keys.get(i));
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the store policy failed, nothing more is deleted for " + job.requestId, e);
        }
    }

    // ---- the dock ----

    /** Waits on an adapter's stores from now on. Any thread. */
    public void attach(Berth berth) {
        loop.watch(berth.adapter().eventFd(TaskKind.STORE), () -> collect(berth.stores));
    }

    /** The adapter has left the routing: what it has not accepted it will not get. Any thread. */
    public void leaving(Berth berth) {
        berth.work().enter();
        loop.post(() -> {
            List<Piece> waiting = new ArrayList<>(berth.stores.waiting);
            berth.stores.waiting.clear();
            waiting.forEach(piece -> failed(piece, "left before it took the task"));
            berth.work().leave();
        });
    }

    /** Fetches what a closed adapter has told last; its eventfd may have gone with the signal. Any thread. */
    public void sweep(Berth berth) {
        loop.post(() -> collect(berth.stores));
    }

    /** Waits on an adapter no longer. Any thread. */
    public void detach(Berth berth) {
        loop.unwatch(berth.adapter().eventFd(TaskKind.STORE));
    }

    // ---- the host ----

    public InFlight inFlight() {
        return inFlight;
    }

    public HostStatus.Stores counters() {
        return counters.read();
    }

    /**
     * Ends the thread; jobs that are still open complete with an error. What an adapter may still read stays as it is, and
     * locked, as long as L1 is there.
     */
    public void close(Duration timeout) {
        loop.post(() -> List.copyOf(open).forEach(job -> {
            job.note("the host was closed");
            complete(job);
        }));
        loop.stop(timeout);
    }
}
