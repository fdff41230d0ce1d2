package org.kvdock.host.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.kvdock.host.control.PrefetchTask.Load;
import org.kvdock.host.control.PrefetchTask.Lookup;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * The prefetch controller's dealings with adapters: submits tasks, keeps those that are refused for back-pressure in
 * order, fetches results. Each task ends exactly once, by {@link Results}. Confined to the controller's thread.
 */
final class PrefetchTasks {
    private static final System.Logger LOG = System.getLogger(PrefetchTasks.class.getName());

    private final ControllerLoop loop;
    private final PrefetchCounters counters;
    private final Results results;

    /** Told of the end of each task. */
    interface Results {
        /** @param hits one bit for each key of the task, each a lock at the adapter; no bit if the task failed */
        void lookedUp(Lookup task, Bitmap hits);

        /** @param arrived one bit for each key of the task whose bytes are in its reservation; no bit if the task failed */
        void loaded(Load task, Bitmap arrived);
    }

    PrefetchTasks(ControllerLoop loop, PrefetchCounters counters, Results results) {
        this.loop = loop;
        this.counters = counters;
        this.results = results;
    }

    /** Queues tasks first and submits them then, so that none of them ends before all are known. */
    void submitAll(List<? extends PrefetchTask> tasks) {
        for (PrefetchTask task : tasks) {
            task.job().tasksOpen++;
            task.berth().work().enter();
            task.berth().prefetches.waiting.add(task);
        }
        for (PrefetchTask task : tasks) {
            pump(task.berth().prefetches);
        }
    }

    private void pump(PrefetchLane lane) {
        while (!lane.waiting.isEmpty()) {
            PrefetchTask task = lane.waiting.pollFirst();
            if (!isWanted(task)) {
                end(task, Optional.empty());
                continue;
            }
            try {
                submit(lane, task);
                lane.retry.reset();
                counters.submitted.increment();
            } catch (BackPressureException e) {
                counters.backPressure.increment();
                lane.waiting.addFirst(task);
                if (!lane.isRunning()) {
                    lane.retry.arm(loop, () -> pump(lane));
                }
                return;
            } catch (BadArgumentException e) {
                split(lane, task, e.getMessage());
            } catch (RuntimeException | Error e) {
                counters.submitFailures.increment();
                LOG.log(System.Logger.Level.WARNING, task.berth() + " refused a prefetch: " + e);
                end(task, Optional.empty());
            }
        }
    }

    private static boolean isWanted(PrefetchTask task) {
        return task instanceof Load load
                ? load.arrivals().stream().anyMatch(arrival -> !arrival.awake().isEmpty())
                : task.job().phase() == PrefetchJob.Phase.LOOKING_UP;
    }

    private static void submit(PrefetchLane lane, PrefetchTask task) {
        L2Adapter adapter = lane.berth.adapter();
        if (task instanceof Load load) {
            List<KvBuffer> buffers = new ArrayList<>(load.arrivals().size());
            load.arrivals().forEach(arrival -> buffers.add(arrival.reservation.buffer()));
            lane.loads.tasks.put(adapter.submitLoadTask(task.keys(), buffers), task);
        } else {
            lane.lookups.tasks.put(adapter.submitLookupAndLockTask(task.keys()), task);
        }
    }

    /** The adapter's bounds on one task, and which chunk is not what it should be, are found out by halving. */
    private void split(PrefetchLane lane, PrefetchTask task, String why) {
        int size = task.keys().size();
        if (size < 2) {
            counters.submitFailures.increment();
            LOG.log(System.Logger.Level.WARNING, task.berth() + ": no prefetch of " + task.keys() + ": " + why);
            end(task, Optional.empty());
            return;
        }
        task.job().tasksOpen++;
        task.berth().work().enter();
        if (task instanceof Lookup) {
            task.job().lookupsOpen++;
        }
        lane.waiting.addFirst(task.part(size / 2, size));
        lane.waiting.addFirst(task.part(0, size / 2));
    }

    void collectLookups(PrefetchLane lane) {
        collect(lane, TaskKind.LOOKUP, lane.lookups, lane.berth.adapter()::queryLookupAndLockResult);
    }

    void collectLoads(PrefetchLane lane) {
        collect(lane, TaskKind.LOAD, lane.loads, lane.berth.adapter()::queryLoadResult);
    }

    private void collect(PrefetchLane lane, TaskKind kind, PrefetchLane.Running running, LongFunction<Optional<TaskResult>> query) {
        boolean signals = lane.berth.adapter().eventFd(kind).isOpen();
        for (Long id : List.copyOf(running.tasks.keySet())) {
            Optional<TaskResult> result = Optional.empty();
            try {
                result = query.apply(id);
            } catch (RuntimeException | Error e) {
                // It may be done, and no signal will come for it again.
                signals = false;
                running.lookAgain.logFirst(LOG, lane.berth + " failed to hand out task " + id, e);
            }
            if (result.isPresent()) {
                counters.completed.increment();
                counters.failures.count(result.get());
                ended(lane, running.tasks.remove(id), result.get());
            }
        }
        if (signals) {
            running.lookAgain.reset();
        } else if (!running.tasks.isEmpty()) {
            running.lookAgain.arm(loop, () -> collect(lane, kind, running, query));
        }
        pump(lane);
    }

    /** Bytes that were not asked for, or that are missing, show what the bits do not: that some chunk has another length. */
    private void ended(PrefetchLane lane, PrefetchTask task, TaskResult result) {
        if (task instanceof Load load && !load.isExactly(result)) {
            split(lane, task, "a chunk that it loaded has another length");
        } else {
            end(task, Optional.of(result));
        }
    }

    private void end(PrefetchTask task, Optional<TaskResult> result) {
        // A result that does not fit its task counts as none.
        Bitmap bits = result.map(TaskResult::bitmap)
                .filter(bitmap -> bitmap.length() == task.keys().size())
                .orElseGet(() -> new Bitmap(task.keys().size()));
        if (task instanceof Load load) {
            results.loaded(load, bits);
        } else {
            results.lookedUp((Lookup) task, bits);
        }
        task.berth().work().leave();
    }

    /** The adapter has left the routing: it gets no more lookups; loads of keys that it has locked for us still pass. */
    void endWaitingLookups(PrefetchLane lane) {
        List<PrefetchTask> lookups = new ArrayList<>();
        for (Iterator<PrefetchTask> waiting = lane.waiting.iterator(); waiting.hasNext(); ) {
            PrefetchTask task = waiting.next();
            if (task instanceof Lookup) {
                waiting.remove();
                lookups.add(task);
            }
        }
        lookups.forEach(task -> end(task, Optional.empty()));
    }

    /** Ends tasks that are not accepted yet and that nobody waits for any more. */
    void endUnwanted(PrefetchLane lane) {
        List<PrefetchTask> unwanted = lane.waiting.stream().filter(task -> !isWanted(task)).toList();
        lane.waiting.removeAll(unwanted);
        unwanted.forEach(task -> end(task, Optional.empty()));
    }

    /** Gives back what a job has found at adapters and nobody loads. */
    void giveBackFound(PrefetchJob job) {
        for (Berth berth : List.copyOf(job.found.keySet())) {
            giveBackFound(job, berth);
        }
    }

    void giveBackFound(PrefetchJob job, Berth berth) {
        Bitmap locks = job.found.remove(berth);
        if (locks != null) {
            unlock(berth, locks.gather(job.keys));
            berth.work().leave();
        }
    }

    /** Gives locks at an adapter back; those of a closed one have ended with it. */
    void unlock(Berth berth, List<ObjectKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        try {
            berth.adapter().submitUnlock(keys);
        } catch (ClosedException e) {
            // nothing left to give back
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, berth + " refused an unlock", e);
        }
    }
}
