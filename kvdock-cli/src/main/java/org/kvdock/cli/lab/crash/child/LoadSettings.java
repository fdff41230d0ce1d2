package org.kvdock.cli.lab.crash.child;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kvdock.l2.base.ConfigReader;

/**
 * A load on an adapter.
 *
 * @param seed what the calls are drawn from
 * @param threads how many call at the same time
 * @param keys how many keys are stored, numbered from 0; as many above them are only asked for
 * @param keysPerTask most keys in one call
 * @param chunkBytes longest chunk
 * @param stores share of stores among the calls, as a weight beside the other weights
 * @param lookups of lookups
 * @param loads of loads
 * @param unlocks of unlocks
 * @param fetches of pops and queries by the calling threads, beside the thread that waits for eventfds
 * @param deletes of deletes
 * @param calls no thread makes more calls than this
 */
public record LoadSettings(
        long seed,
        int threads,
        int keys,
        int keysPerTask,
        int chunkBytes,
        int stores,
        int lookups,
        int loads,
        int unlocks,
        int fetches,
        int deletes,
        int calls) {
    private static final String PREFIX = "load_";
    private static final int MOST = 1 << 20;

    /** @return these settings, to be given to another process */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(PREFIX + "seed", seed);
        values.put(PREFIX + "threads", threads);
        values.put(PREFIX + "keys", keys);
        values.put(PREFIX + "keys_per_task", keysPerTask);
        values.put(PREFIX + "chunk_bytes", chunkBytes);
        values.put(PREFIX + "stores", stores);
        values.put(PREFIX + "lookups", lookups);
        values.put(PREFIX + "loads", loads);
        values.put(PREFIX + "unlocks", unlocks);
        values.put(PREFIX + "fetches", fetches);
        values.put(PREFIX + "deletes", deletes);
        values.put(PREFIX + "calls", calls);
        return values;
    }

    static LoadSettings read(ConfigReader config) {
        return new LoadSettings(
                config.number(PREFIX + "seed", 0L, Long.MIN_VALUE, Long.MAX_VALUE, "what the calls are drawn from"),
                config.integer(PREFIX + "threads", 2, 1, 64, "callers at the same time"),
                config.integer(PREFIX + "keys", 64, 1, MOST, "keys that are stored"),
                config.integer(PREFIX + "keys_per_task", 4, 1, 1024, "most keys in one call"),
                config.integer(PREFIX + "chunk_bytes", 1024, 0, MOST, "longest chunk"),
                config.integer(PREFIX + "stores", 1, 0, MOST, "weight of stores"),
                config.integer(PREFIX + "lookups", 1, 0, MOST, "weight of lookups"),
                config.integer(PREFIX + "loads", 1, 0, MOST, "weight of loads"),
                config.integer(PREFIX + "unlocks", 1, 0, MOST, "weight of unlocks"),
                config.integer(PREFIX + "fetches", 1, 0, MOST, "weight of pops and queries"),
                config.integer(PREFIX + "deletes", 1, 0, MOST, "weight of deletes"),
                config.integer(PREFIX + "calls", MOST, 1, Integer.MAX_VALUE, "most calls of one thread"));
    }
}
