package org.kvdock.l2.mock;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.base.ConfigReader;

/**
 * What goes wrong on purpose. Everything is drawn from the seed and the name of the thing it befalls (a task's id, a
 * key), not from a sequence: the same seed fails the same tasks and drops the same keys, whichever thread comes first.
 *
 * @param seed what the draws depend on
 * @param kinds the kinds of task that latency, failures, errors and stuck mode befall
 * @param latencyMean extra time of a task, in the mean
 * @param latencyShape how it is spread
 * @param latencyMost no task gets more extra time than this
 * @param failureRate share of tasks that fail with {@link ErrorCode#INJECTED}, 0 to 1
 * @param errorRate share of tasks in which the worker throws an {@link InjectedError}, 0 to 1
 * @param stuck whether tasks never complete until their deadline
 * @param gapIndexes positions in each load's list that are not loaded
 * @param gapTailRatio share of each load's list, counted from its end, that is not loaded
 * @param gapRate share of all keys that no load gives
 */
public record Faults(
        long seed,
        Set<TaskKind> kinds,
        Duration latencyMean,
        LatencyShape latencyShape,
        Duration latencyMost,
        double failureRate,
        double errorRate,
        boolean stuck,
        List<Integer> gapIndexes,
        double gapTailRatio,
        double gapRate) {

    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(
            0, EnumSet.allOf(TaskKind.class), Duration.ZERO, LatencyShape.FIXED, Duration.ofMinutes(1), 0, 0, false,
            List.of(), 0, 0);

    // Keep the draws for different questions about one thing apart.
    private static final long FAILURE = 1;
    private static final long ERROR = 2;
    private static final long LATENCY = 3;
    private static final long GAP = 4;

    private static final int MOST_POSITION = 1 << 16;

    public Faults {
        kinds = Set.copyOf(kinds);
        gapIndexes = List.copyOf(gapIndexes);
    }

    static Faults read(ConfigReader config) {
        return new Faults(
                config.number("seed", 0L, Long.MIN_VALUE, Long.MAX_VALUE, "what the faults are drawn from"),
                kinds(config),
                Duration.ofNanos((long) (1e6 * config.decimal("latency_ms", 0.0, 0, 3_600_000, "mean extra time of a task"))),
                config.choice("latency_shape", LatencyShape.class, LatencyShape.FIXED, "how the extra time is spread"),
                config.millis("latency_most_ms", Duration.ofMinutes(1), "longest extra time of a task"),
                config.decimal("failure_rate", 0.0, 0, 1, "share of tasks that fail"),
                config.decimal("error_rate", 0.0, 0, 1, "share of tasks in which the worker throws an Error"),
                config.flag("stuck", false, "tasks never complete before their deadline"),
                config.optionalIntegers("load_gap_indexes", 0, MOST_POSITION, "positions in each load's list not loaded"),
                config.decimal("load_gap_tail_ratio", 0.0, 0, 1, "share of each load's list, from its end, not loaded"),
                config.decimal("load_gap_rate", 0.0, 0, 1, "share of all keys that no load gives"));
    }

    private static Set<TaskKind> kinds(ConfigReader config) {
        FaultKinds which = config.choice(
                "fault_kinds", FaultKinds.class, FaultKinds.ALL, "tasks that latency, failures and stuck mode befall");
        return which.kinds;
    }

    /** What {@code fault_kinds} can be. */
    private enum FaultKinds {
        ALL(EnumSet.allOf(TaskKind.class)),
        STORE(EnumSet.of(TaskKind.STORE)),
        LOOKUP(EnumSet.of(TaskKind.LOOKUP)),
        LOAD(EnumSet.of(TaskKind.LOAD));

        final Set<TaskKind> kinds;

        FaultKinds(Set<TaskKind> kinds) {
            this.kinds = kinds;
        }
    }

    boolean fails(TaskKind kind, long taskId) {
        return failureRate > 0 && kinds.contains(kind) && draw(FAILURE, taskId).nextDouble() < failureRate;
    }

    boolean throwsError(TaskKind kind, long taskId) {
        return errorRate > 0 && kinds.contains(kind) && draw(ERROR, taskId).nextDouble() < errorRate;
    }

    boolean sticks(TaskKind kind) {
        return stuck && kinds.contains(kind);
    }

    long latencyNanos(TaskKind kind, long taskId) {
        if (latencyMean.isZero() || !kinds.contains(kind)) {
            return 0;
        }
        double nanos = latencyMean.toNanos() * latencyShape.ofMean(draw(LATENCY, taskId));
        return (long) Math.min(nanos, latencyMost.toNanos());
    }

    /**
     * @param index position in the load's list
     * @param size length of that list
     * @return whether the load leaves this key out
     */
    boolean leavesOut(int index, int size, ObjectKey key) {
        return gapIndexes.contains(index)
                || index >= size - Math.round(size * gapTailRatio)
                || gapRate > 0 && draw(GAP, key.hashCode()).nextDouble() < gapRate;
    }

    private SplittableRandom draw(long question, long name) {
        // The constructor mixes neither well nor at all for neighbouring seeds; a split of it does.
        return new SplittableRandom(new SplittableRandom(seed ^ question << 56).nextLong() + name * 0x9E3779B97F4A7C15L)
                .split();
    }
}
