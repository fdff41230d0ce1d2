package org.kvdock.l2.base;

import java.time.Duration;
import org.kvdock.l2.TaskKind;

/**
 * What every adapter on the base can be told; the keys are the same for all of them.
 *
 * @param maxTasksInFlight accepted tasks whose result nobody has fetched (R14)
 * @param maxBytesInFlight bytes of buffers of accepted tasks that have not completed (R14)
 * @param maxObjectBytes longest chunk
 * @param maxKeysPerTask most keys in one task
 * @param storeDeadline how long a store may take (R12)
 * @param lookupDeadline how long a lookup may take
 * @param loadDeadline how long a load may take
 * @param closeGrace how long close waits for what is in flight before it cancels the rest (R11)
 * @param lockLease how long locks of a key last after the last of them was taken (R9)
 * @param workers threads that run this adapter's moves
 */
public record AdapterSettings(
        int maxTasksInFlight,
        long maxBytesInFlight,
        int maxObjectBytes,
        int maxKeysPerTask,
        Duration storeDeadline,
        Duration lookupDeadline,
        Duration loadDeadline,
        Duration closeGrace,
        Duration lockLease,
        int workers) {
    /** Key of the bound on tasks; back-pressure exceptions name it. */
    public static final String MAX_TASKS = "max_tasks_in_flight";
    /** Key of the bound on bytes; back-pressure exceptions name it. */
    public static final String MAX_BYTES = "max_bytes_in_flight";

    /** Everything at its default. */
    public static final AdapterSettings DEFAULT = read(ConfigReader.describing());

    /**
     * @param config the adapter's configuration
     * @return its settings
     * @throws org.kvdock.l2.BadConfigurationException if a value is not allowed
     */
    public static AdapterSettings read(ConfigReader config) {
        return new AdapterSettings(
                config.integer(MAX_TASKS, 4096, 1, 1 << 20, "accepted tasks whose result was not fetched"),
                config.number(MAX_BYTES, 1L << 30, 1, 1L << 50, "bytes of accepted tasks that have not completed"),
                config.integer("max_object_bytes", 64 << 20, 1, 1 << 30, "longest chunk in bytes"),
                config.integer("max_keys_per_task", 4096, 1, 1 << 16, "most keys in one task"),
                config.millis("store_timeout_ms", Duration.ofSeconds(30), "deadline of a store"),
                config.millis("lookup_timeout_ms", Duration.ofSeconds(5), "deadline of a lookup"),
                config.millis("load_timeout_ms", Duration.ofSeconds(30), "deadline of a load"),
                config.millis("close_grace_ms", Duration.ofSeconds(3), "how long close waits before it cancels"),
                config.millis("lock_lease_ms", Duration.ofMinutes(5), "how long an object stays locked at the most"),
                config.integer("workers", 2, 1, 64, "threads that move bytes"));
    }

    /**
     * @param count threads that run this adapter's moves; one keeps moves in the order of their submits
     * @return these settings with that many
     */
    public AdapterSettings withWorkers(int count) {
        return new AdapterSettings(
                maxTasksInFlight, maxBytesInFlight, maxObjectBytes, maxKeysPerTask, storeDeadline, lookupDeadline,
                loadDeadline, closeGrace, lockLease, count);
    }

    Duration deadline(TaskKind kind) {
        return switch (kind) {
            case STORE -> storeDeadline;
            case LOOKUP -> lookupDeadline;
            case LOAD -> loadDeadline;
        };
    }

    /** @return the shortest of the three deadlines */
    Duration shortestDeadline() {
        Duration shortest = storeDeadline;
        for (TaskKind kind : TaskKind.values()) {
            shortest = deadline(kind).compareTo(shortest) < 0 ? deadline(kind) : shortest;
        }
        return shortest;
    }
}
