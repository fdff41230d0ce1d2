package org.kvdock.cli.workload;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a cache in front of prefill must count, as plainly as it can be written: a request hits as many leading blocks as
 * are resident, these become the most recently used in order, then each remaining block is touched or inserted in
 * order, and whenever there is one too many the least recently used one leaves.
 */
public final class StrictPrefixLru {
    private final long capacity;
    private final Map<Long, Boolean> resident = new LinkedHashMap<>(16, 0.75f, true);
    private long hits;
    private long evictions;

    /** @param capacity blocks that fit, at least as many as the longest request has */
    public StrictPrefixLru(long capacity) {
        this.capacity = capacity;
    }

    /**
     * @param request the next request
     * @return how many leading blocks were resident
     */
    public int take(Request request) {
        int hit = 0;
        while (hit < request.size() && resident.containsKey(request.block(hit))) {
            hit++;
        }
        for (int i = 0; i < request.size(); i++) {
            // In access order a put also touches what is there.
            resident.put(request.block(i), Boolean.TRUE);
            if (resident.size() > capacity) {
                Iterator<Long> eldest = resident.keySet().iterator();
                eldest.next();
                eldest.remove();
                evictions++;
            }
        }
        hits += hit;
        return hit;
    }

    /** @return prefix-hit blocks of all requests so far */
    public long hits() {
        return hits;
    }

    public long evictions() {
        return evictions;
    }

    public int resident() {
        return resident.size();
    }

    /**
     * @param workload requests
     * @param capacity blocks that fit
     * @return prefix-hit blocks of the whole workload
     */
    public static long hits(Workload workload, long capacity) {
        StrictPrefixLru model = new StrictPrefixLru(capacity);
        workload.requests().forEach(model::take);
        return model.hits();
    }
}
