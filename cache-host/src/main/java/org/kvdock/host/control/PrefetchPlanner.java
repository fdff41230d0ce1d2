package org.kvdock.host.control;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.kvdock.host.DockedAdapter;
import org.kvdock.host.PrefetchPolicy;
import org.kvdock.host.control.PrefetchTask.Load;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;

/** Decides which chunks a job goes for, and from where each one comes. Confined to the prefetch controller's thread. */
final class PrefetchPlanner {
    private static final System.Logger LOG = System.getLogger(PrefetchPlanner.class.getName());

    private final L1 l1;
    private final Arrivals arrivals;
    private final PrefetchTasks tasks;
    private final PrefetchCounters counters;
    private final Supplier<PrefetchPolicy> policy;

    /**
     * @param wanted one bit for each chunk of the job that is here or will come
     * @param loads what to submit for it
     */
    record Plan(Bitmap wanted, List<Load> loads) {}

    PrefetchPlanner(
            L1 l1, Arrivals arrivals, PrefetchTasks tasks, PrefetchCounters counters, Supplier<PrefetchPolicy> policy) {
        this.l1 = l1;
        this.arrivals = arrivals;
        this.tasks = tasks;
        this.counters = counters;
        this.policy = policy;
    }

    /** Locks what L1 has of a job by now. */
    void lockInL1(PrefetchJob job) {
        for (int i = 0; i < job.held.length; i++) {
            if (job.held[i] == null) {
                job.held[i] = l1.lock(job.keys.get(i), false).orElse(null);
            }
        }
    }

    /** @return whether those who have answered have all of it, with what L1 has and what is coming */
    boolean isCovered(PrefetchJob job) {
        Bitmap there = job.here();
        for (Bitmap found : job.found.values()) {
            there = there.or(found);
        }
        for (int i = 0; i < there.length(); i++) {
            if (!there.test(i) && !arrivals.isComing(job.keys.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Goes for what the trim keeps of all that there is: it is locked in L1, or on its way there, or reserved to be loaded.
     * Everything else is given back.
     */
    Plan plan(PrefetchJob job) {
        lockInL1(job);
        Map<Integer, Berth> sources = sources(job);
        Bitmap wanted = job.trim.of(available(job, sources));
        Map<Berth, List<Integer>> loads = new LinkedHashMap<>();
        boolean room = true;
        for (int i = 0; i < job.held.length; i++) {
            // Without room the run ends here; the next run may find some.
            room = (room || job.trim.startsRun(i)) && (!wanted.test(i) || include(job, i, sources, loads));
            if (!room) {
                wanted.clear(i);
            }
        }
        tasks.giveBackFound(job);
        l1.unlock(job.takeAllBut(wanted));
        List<L1Entry> hits = job.held();
        l1.touch(hits);
        counters.fromL1.add(hits.size());
        List<Load> submits = new ArrayList<>();
        loads.forEach((berth, positions) -> {
            List<ObjectKey> keys = job.keysAt(positions);
            submits.add(new Load(job, berth, keys.stream().map(arrivals::get).toList(), keys));
        });
        return new Plan(wanted, submits);
    }

    /** Asks the policy; what it answers is taken as far as it is true. */
    private Map<Integer, Berth> sources(PrefetchJob job) {
        Map<Integer, Berth> sources = new HashMap<>();
        if (job.found.isEmpty()) {
            return sources;
        }
        List<Berth> berths = new ArrayList<>(job.found.keySet());
        berths.sort(Comparator.comparingInt(Berth::id));
        Map<DockedAdapter, Bitmap> found = new LinkedHashMap<>();
        berths.forEach(berth -> found.put(berth.asDocked(), job.found.get(berth).copy()));
        try {
            Map<DockedAdapter, Bitmap> plan = policy.get().plan(job.requestId, job.keys, Collections.unmodifiableMap(found));
            for (Berth berth : berths) {
                Bitmap chosen = plan.get(berth.asDocked());
                if (chosen != null) {
                    chosen.and(job.found.get(berth)).indices().forEach(i -> sources.putIfAbsent(i, berth));
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the prefetch policy failed for request " + job.requestId, e);
        }
        return sources;
    }

    private Bitmap available(PrefetchJob job, Map<Integer, Berth> sources) {
        Bitmap available = job.here();
        for (int i = 0; i < job.held.length; i++) {
            if (sources.containsKey(i) || arrivals.isComing(job.keys.get(i))) {
                available.set(i);
            }
        }
        return available;
    }

    /** Finds a way for one more chunk; false if L1 has no room for it. */
    private boolean include(
            PrefetchJob job, int position, Map<Integer, Berth> sources, Map<Berth, List<Integer>> loads) {
        if (job.held[position] != null) {
            return true;
        }
        if (arrivals.isComing(job.keys.get(position))) {
            arrivals.join(job, position);
            return true;
        }
        Berth source = sources.get(position);
        if (!arrivals.start(job, position, source)) {
            return false;
        }
        loads.computeIfAbsent(source, berth -> new ArrayList<>()).add(position);
        return true;
    }
}
