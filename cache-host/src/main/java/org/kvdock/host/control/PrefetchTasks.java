package org.kvdock.host.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
                split(lane, task, e);
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
            lane.loads.put(adapter.submitLoadTask(task.keys(), buffers), task);
        } else {
            lane.lookups.put(adapter.submitLookupAndLockTask(task.keys()), task);
        }
    }

    /** The adapter's bounds on one task are its own affair: what it takes is found out by halving. */
    private void split(PrefetchLane lane, PrefetchTask task, BadArgumentException e) {
        int size = task.keys().size();
        if (size < 2) {
            counters.submitFailures.increment();
            LOG.log(System.Logger.Level.WARNING, task.berth() + " refused a prefetch: " + e.getMessage());
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
        collect(lane.lookups, lane.berth.adapter()::queryLookupAndLockResult);
        pump(lane);
    }

    void collectLoads(PrefetchLane lane) {
        collect(lane.loads, lane.berth.adapter()::queryLoadResult);
        pump(lane);
    }

    private void collect(Map<Long, PrefetchTask> running, LongFunction<Optional<TaskResult>> query) {
        for (Long id : List.copyOf(running.keySet())) {
            Optional<TaskResult> result = query.apply(id);
            if (result.isPresent()) {
                counters.completed.increment();
                counters.failures.count(result.get());
                end(running.remove(id), result);
            }
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
