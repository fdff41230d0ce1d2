package org.kvdock.host.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kvdock.host.L1FullException;
import org.kvdock.host.control.PrefetchTask.Load;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ObjectKey;

/**
 * The chunks that are on their way into L1, each once, whoever waits for it. An adapter that fails to load a chunk is
 * followed by the next one that has it. Confined to the prefetch controller's thread.
 */
final class Arrivals {
    private final Map<ObjectKey, Arrival> byKey = new HashMap<>();
    private final L1 l1;
    private final PrefetchTasks tasks;
    private final PrefetchCounters counters;

    Arrivals(L1 l1, PrefetchTasks tasks, PrefetchCounters counters) {
        this.l1 = l1;
        this.tasks = tasks;
        this.counters = counters;
    }

    boolean isComing(ObjectKey key) {
        return byKey.containsKey(key);
    }

    Arrival get(ObjectKey key) {
        return byKey.get(key);
    }

    /** One more request waits for a chunk that is coming. */
    void join(PrefetchJob job, int position) {
        byKey.get(job.keys.get(position)).waiters.add(new Arrival.Waiter(job, position));
        job.chunksOpen++;
    }

    /**
     * Makes room for a chunk that is to be loaded. The locks that the job has for it, at its source and at others that
     * have it, become the arrival's.
     *
     * @return false if L1 has no room
     */
    boolean start(PrefetchJob job, int position, Berth source) {
        ObjectKey key = job.keys.get(position);
        Arrival arrival;
        try {
            arrival = new Arrival(l1.reserve(key, job.chunkBytes, false));
        } catch (L1FullException | ClosedException e) {
            return false;
        }
        byKey.put(key, arrival);
        job.found.get(source).clear(position);
        job.found.forEach((berth, locks) -> {
            if (locks.test(position)) {
                locks.clear(position);
                berth.work().enter();
                arrival.alternates.add(berth);
            }
        });
        join(job, position);
        return true;
    }

    /**
     * Ends a load: what has arrived is readable, what has not is tried elsewhere or given up.
     *
     * @param served receives the jobs that got an answer
     * @return loads to try next; each has the locks that it needs
     */
    List<Load> ended(Load task, Bitmap arrived, Set<PrefetchJob> served) {
        Map<Berth, List<Arrival>> again = new LinkedHashMap<>();
        for (int i = 0; i < task.arrivals().size(); i++) {
            Arrival arrival = task.arrivals().get(i);
            if (arrived.test(i)) {
                counters.loaded.increment();
                land(arrival, true, served);
                continue;
            }
            counters.chunksFailed.increment();
            if (!arrival.alternates.isEmpty() && !arrival.awake().isEmpty()) {
                again.computeIfAbsent(arrival.alternates.pollFirst(), berth -> new ArrayList<>()).add(arrival);
            } else {
                land(arrival, false, served);
            }
        }
        List<Load> next = new ArrayList<>();
        again.forEach((berth, arrivals) -> next.add(new Load(
                task.job(), berth, arrivals, arrivals.stream().map(arrival -> arrival.reservation.key()).toList())));
        return next;
    }

    private void land(Arrival arrival, boolean here, Set<PrefetchJob> served) {
        byKey.remove(arrival.reservation.key());
        while (!arrival.alternates.isEmpty()) {
            giveBack(arrival.alternates.pollFirst(), arrival);
        }
        List<Arrival.Waiter> waiters = arrival.awake();
        L1Entry entry = null;
        if (here) {
            entry = l1.finish(arrival.reservation, waiters.size());
        } else {
            l1.abort(arrival.reservation);
        }
        for (Arrival.Waiter waiter : waiters) {
            waiter.job().held[waiter.position()] = entry;
            waiter.job().chunksOpen--;
            served.add(waiter.job());
        }
    }

    private void giveBack(Berth berth, Arrival arrival) {
        tasks.unlock(berth, List.of(arrival.reservation.key()));
        berth.work().leave();
    }

    /** An adapter leaves: nothing will be loaded from it that is not being loaded already. */
    void forget(Berth berth) {
        for (Arrival arrival : byKey.values()) {
            if (arrival.alternates.remove(berth)) {
                giveBack(berth, arrival);
            }
        }
    }
}
