package org.kvdock.host;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.kvdock.host.support.Chunks;
import org.kvdock.l2.ObjectKey;

/** Strict-prefix LRU in its plainest form, and the same workload through a host's L1. */
final class PrefixReplay {
    /** What a replay counts. */
    record Counts(long references, long hits, long resident, long evictions) {}

    private PrefixReplay() {}

    /** The definition, on a map in order of use. */
    static Counts model(List<long[]> requests, long capacity) {
        Map<Long, Boolean> resident = new LinkedHashMap<>(16, 0.75f, true);
        long references = 0;
        long hits = 0;
        long evictions = 0;
        for (long[] ids : requests) {
            references += ids.length;
            int prefix = 0;
            while (prefix < ids.length && resident.containsKey(ids[prefix])) {
                prefix++;
            }
            hits += prefix;
            for (int i = 0; i < ids.length; i++) {
                if (resident.get(ids[i]) == null) {
                    resident.put(ids[i], true);
                    if (resident.size() > capacity) {
                        Iterator<Long> oldest = resident.keySet().iterator();
                        oldest.next();
                        oldest.remove();
                        evictions++;
                    }
                }
            }
        }
        return new Counts(references, hits, resident.size(), evictions);
    }

    /** The same through the writers of a host without adapters; a chunk is 8 bytes. */
    static Counts host(List<long[]> requests, long capacity) {
        try (CacheHost host = CacheHost.open(HostSettings.of(
                Map.of("l1_max_objects", capacity == Long.MAX_VALUE ? 0 : capacity)))) {
            long references = 0;
            long hits = 0;
            for (int r = 0; r < requests.size(); r++) {
                List<ObjectKey> keys = Chunks.keys(requests.get(r));
                RequestWriter writer = host.write("r" + r, keys, 8);
                references += keys.size();
                hits += writer.prefixHits();
                for (int i = writer.prefixHits(); i < keys.size(); i++) {
                    long id = requests.get(r)[i];
                    writer.put(i, chunk -> chunk.putLong(id));
                }
                writer.abort();
            }
            HostStatus.L1 l1 = host.status().l1();
            return new Counts(references, hits, l1.objects(), l1.evictions());
        }
    }

    /** Requests that share prefixes, as conversations do: each goes on from one before, or starts anew. */
    static List<long[]> synthetic(long seed, int requests, int longest) {
        java.util.Random random = new java.util.Random(seed);
        List<long[]> all = new ArrayList<>();
        long next = 0;
        for (int r = 0; r < requests; r++) {
            long[] before = all.isEmpty() || random.nextInt(4) == 0 ? new long[0] : all.get(all.size() - 1 - random.nextInt(Math.min(50, all.size())));
            int shared = before.length == 0 ? 0 : random.nextInt(before.length + 1);
            int more = random.nextInt(Math.max(1, longest - shared));
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < shared; i++) {
                ids.add(before[i]);
            }
            for (int i = 0; i < more; i++) {
                // Now and then a block that is known but not part of the prefix.
                ids.add(next > 0 && random.nextInt(20) == 0 ? (long) random.nextInt((int) next) : next++);
            }
            all.add(ids.stream().mapToLong(Long::longValue).distinct().toArray());
        }
        return all;
    }

    static long[] hashIds(String line) {
        int from = line.indexOf('[', line.indexOf("\"hash_ids\""));
        String[] ids = line.substring(from + 1, line.indexOf(']', from)).split(",");
        return LongStream.range(0, ids.length).map(i -> Long.parseLong(ids[(int) i].strip())).toArray();
    }
}
