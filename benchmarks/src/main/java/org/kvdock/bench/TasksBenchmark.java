package org.kvdock.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.journal.TaskJournals;

/**
 * What a task costs when nothing is moved: the round trip of one, and tasks a second with 64 in flight, with the journal
 * off and on, beside the asyncio pattern and a bare eventfd ping-pong; and the bytes that it leaves on the heap. Three keys
 * a task, as in the pattern.
 */
final class TasksBenchmark implements Benchmark {
    private static final int ROUND_TRIPS = 20_000;
    private static final int TASKS = 400_000;
    private static final int WINDOW = 64;

    private static final AdapterSettings SETTINGS = AdapterSettings.DEFAULT;

    private final int roundCount;

    TasksBenchmark(Effort effort) {
        this.roundCount = effort.rounds();
    }

    @Override
    public String name() {
        return "tasks";
    }

    @Override
    public String what() {
        return "round trips and tasks a second of an adapter that moves nothing, journal off and on; floors and peers first";
    }

    @Override
    public void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception {
        Optional<Map<String, Double>> asyncio = Peers.asyncioTasks(ROUND_TRIPS, notes);
        Optional<double[]> floor = Peers.eventFdPingPong(notes);
        Figures off = measure(new NoJournals());
        Figures on;
        try (ScratchDirectory directory = new ScratchDirectory()) {
            on = measure(ChronicleJournals.at(directory.path()));
        }
        for (Map.Entry<String, Figures> each : List.of(Map.entry("journal off", off), Map.entry("journal on", on))) {
            tell(results, each.getKey(), each.getValue(), asyncio, floor);
        }
        results.accept(BenchResult.beside(
                "tasks/s, " + WINDOW + " in flight, journal on", on.tasksPerSecond(), "tasks/s", "journal off", off.tasksPerSecond()));
    }

    private static void tell(
            Consumer<BenchResult> results,
            String how,
            Figures ours,
            Optional<Map<String, Double>> asyncio,
            Optional<double[]> floor) {
        String rate = "tasks/s, " + WINDOW + " in flight, " + how;
        String p50 = "round trip p50, " + how;
        String p99 = "round trip p99, " + how;
        asyncio.ifPresentOrElse(
                peer -> {
                    results.accept(BenchResult.atLeast(
                            rate, ours.tasksPerSecond(), "tasks/s", "asyncio pattern", peer.get("tasks_per_s"), 5));
                    results.accept(BenchResult.atMost(p50, ours.p50(), "us", "asyncio pattern", peer.get("p50_us"), 1));
                    results.accept(BenchResult.beside(p99, ours.p99(), "us", "asyncio pattern", peer.get("p99_us")));
                },
                () -> {
                    results.accept(BenchResult.alone(rate, ours.tasksPerSecond(), "tasks/s"));
                    results.accept(BenchResult.alone(p50, ours.p50(), "us"));
                    results.accept(BenchResult.alone(p99, ours.p99(), "us"));
                });
        results.accept(BenchResult.alone("allocated by a submit, " + how, ours.submitBytes(), "B"));
        results.accept(BenchResult.alone("allocated by a task in all threads, " + how, ours.allBytes(), "B"));
        floor.ifPresent(both -> {
            results.accept(BenchResult.beside(p50, ours.p50(), "us", "eventfd ping-pong in C", both[0]));
            results.accept(BenchResult.beside(p99, ours.p99(), "us", "eventfd ping-pong in C", both[1]));
        });
    }

    /** Medians of the rounds, times in microseconds; bytes a task. */
    private record Figures(
            double p50, double p99, double tasksPerSecond, double submitBytes, double allBytes) {}

    private Figures measure(TaskJournals journals) {
        try (L2Adapter adapter = new InstantAdapter(SETTINGS, journals.open("bench"));
                TaskCaller caller = new TaskCaller(adapter)) {
            caller.roundTrips(ROUND_TRIPS, new Histogram(3));
            caller.pipelined(TASKS / 2, WINDOW);
            List<Figures> rounds = new ArrayList<>();
            for (int i = 0; i < roundCount; i++) {
                Histogram nanos = new Histogram(3);
                caller.roundTrips(ROUND_TRIPS, nanos);
                long before = Allocated.byAll();
                double tasksPerSecond = caller.pipelined(TASKS, WINDOW);
                double all = (double) (Allocated.byAll() - before) / TASKS;
                rounds.add(new Figures(
                        nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3, tasksPerSecond,
                        caller.submitBytes(ROUND_TRIPS), all));
            }
            return new Figures(
                    median(rounds, Figures::p50), median(rounds, Figures::p99), median(rounds, Figures::tasksPerSecond),
                    median(rounds, Figures::submitBytes), median(rounds, Figures::allBytes));
        }
    }

    private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
