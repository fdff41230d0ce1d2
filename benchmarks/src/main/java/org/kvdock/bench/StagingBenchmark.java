package org.kvdock.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.cli.workload.TraceReader;
import org.kvdock.cli.workload.Workload;
import org.kvdock.l2.pd.staging.Staging;

/**
 * Whether requests wait because the receiver's staging is cut up: a trace with two lengths of chunk goes through a staging
 * that is smaller than what it would like to have staged at one time, beside an allocator that only counts bytes.
 */
final class StagingBenchmark implements Benchmark {
    private static final int REQUESTS = 4_000;
    private static final int[] CHUNK_BYTES = {64 << 10, 160 << 10};
    /** Of what an allocator that only counts has in use while requests wait. */
    private static final Map<String, Double> GOALS = Map.of("one arena", 0.95, "segments", 0.8);
    /** Of what would be staged at the busiest time, if there were room for it. */
    private static final double[] SHARES = {0.75, 0.5};

    private final Optional<Path> trace;

    StagingBenchmark(Optional<Path> trace) {
        this.trace = trace;
    }

    @Override
    public String name() {
        return "staging";
    }

    @Override
    public String what() {
        return "requests that wait for staging, beside an allocator that only counts bytes";
    }

    @Override
    public void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception {
        Workload workload = trace.isPresent()
                ? TraceReader.read(trace.get(), Integer.MAX_VALUE)
                : SyntheticWorkload.make(1, REQUESTS);
        StagingReplay.Outcome unbounded = StagingReplay.run(workload, CHUNK_BYTES, StagingRoom.counting(Long.MAX_VALUE / 2));
        notes.accept(String.format(
                "%s: %,d requests, chunks of %d and %d KiB, at most %,d MiB wanted at one time",
                workload.source(), workload.requests().size(), CHUNK_BYTES[0] >> 10, CHUNK_BYTES[1] >> 10, unbounded.mostTaken() >> 20));
        for (double share : SHARES) {
            long longest = (long) workload.longest() * CHUNK_BYTES[CHUNK_BYTES.length - 1];
            long capacity = Math.max(longest * Staging.SEGMENTS / (Staging.SEGMENTS - 1), (long) (share * unbounded.mostTaken()));
            StagingReplay.Outcome counted = StagingReplay.run(workload, CHUNK_BYTES, StagingRoom.counting(capacity));
            Map<String, StagingRoom> rooms = Map.of(
                    "one arena", StagingRoom.inMemory(capacity),
                    "segments", StagingRoom.inSegments(capacity, capacity / Staging.SEGMENTS, 2));
            for (String how : new String[] {"one arena", "segments"}) {
                String where = String.format("%s, %d MiB (%.0f %%)", how, capacity >> 20, 100 * share);
                tell(results, notes, where, GOALS.get(how), capacity, StagingReplay.run(workload, CHUNK_BYTES, rooms.get(how)), counted);
            }
        }
    }

    private static void tell(
            Consumer<BenchResult> results, Consumer<String> notes, String where, double goal, long capacity,
            StagingReplay.Outcome ours, StagingReplay.Outcome counted) {
        notes.accept(String.format(
                "%s: %,d of %,d requests waited, %,d of them at some time with enough bytes free, %.1f s of %.1f s; then at least"
                        + " %.1f %% were free; at most %.1f %% were taken; the longest free run was never less than %.2f chunks",
                where, ours.waited(), ours.requests(), ours.blocked(), ours.blockedMillis() / 1e3, ours.waitedMillis() / 1e3,
                100.0 * ours.leastFree() / capacity, 100.0 * ours.mostTaken() / capacity, ours.leastRunShare()));
        results.accept(BenchResult.beside(
                "waiting for room, " + where, ours.waitedMillis() / 1e3, "s", "counting bytes only", counted.waitedMillis() / 1e3));
        results.accept(BenchResult.atLeast(
                "in use while requests wait, " + where, 100 * ours.meanTakenWaiting() / capacity, "%", "counting bytes only",
                100 * counted.meanTakenWaiting() / capacity, goal));
        results.accept(BenchResult.alone("blocked with enough bytes free, " + where, ours.blockedMillis() / 1e3, "s"));
    }
}
