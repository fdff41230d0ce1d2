package org.kvdock.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kvdock.cli.CommandRun;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.workload.TraceReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the benchmarks and prints each figure beside its floor or peer. Exit status 1 if a goal was missed. */
@Command(
        name = "kvdock bench",
        mixinStandardHelpOptions = true,
        description = "The benchmarks, side by side with floors and peers measured in the same run.")
public final class Main implements Callable<Integer> {
    @Option(names = "--only", paramLabel = "NAME", description = "run one: tasks, journal, open, channels, staging (all of them)")
    private String only;

    @Option(names = "--trace", paramLabel = "FILE", description = "the trace that staging replays, JSON lines (a made workload)")
    private Path trace;

    @Option(names = "--short", description = "one round of everything, to try it: not for figures")
    private boolean brief;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results")
    private Path json;

    private final List<BenchResult> results = new ArrayList<>();

    private volatile boolean signalled;

    Main() {}

    /** @param args as {@code bench --help} says */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return CommandRun.of(new Main(), args);
    }

    @Override
    public Integer call() throws Exception {
        Effort effort = brief ? Effort.SHORT : Effort.WHOLE;
        List<Benchmark> all = List.of(
                new TasksBenchmark(effort),
                new JournalBenchmark(effort),
                new OpenBenchmark(effort),
                new ChannelsBenchmark(effort),
                new StagingBenchmark(Optional.ofNullable(trace)));
        List<Benchmark> chosen =
                all.stream().filter(bench -> only == null || bench.name().equals(only)).toList();
        if (chosen.isEmpty()) {
            throw new UsageException("--only: " + only + " is not allowed, must be one of "
                    + String.join(", ", all.stream().map(Benchmark::name).toList()));
        }
        OutputFile.check("--json", json);
        if (trace != null) {
            // Only to see that it can be: it is read again in its turn, so that it takes no memory while others are measured.
            TraceReader.read(trace, Integer.MAX_VALUE);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "kvdock-shutdown"));
        System.out.println(machine() + ", JDK " + Runtime.version());
        try {
            for (Benchmark bench : chosen) {
                System.out.println(bench.name() + ": " + bench.what());
                bench.run(this::add, note -> System.out.println("  " + note));
            }
        } catch (Exception e) {
            if (signalled) {
                return ExitStatus.FAILED;
            }
            throw e;
        }
        if (json != null) {
            write();
        }
        return results.stream().allMatch(BenchResult::met) ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    // Children first: they write into the directories.
    private void end() {
        signalled = true;
        Children.end();
        ScratchDirectory.end();
    }

    private void add(BenchResult result) {
        results.add(result);
        String beside = result.against().isEmpty()
                ? ""
                : String.format("  %s %,.2f, ratio %.2f", result.against(), result.againstValue(), result.ratio());
        String goal = result.goal().isEmpty() ? "" : "  " + result.goal() + (result.met() ? " met" : " MISSED");
        System.out.printf("  %-44s %,14.2f %-8s%s%s%n", result.name(), result.ours(), result.unit(), beside, goal);
    }

    private void write() throws IOException {
        try (JsonGenerator out = OutputFile.json(json)) {
            out.writeStartObject();
            out.writeStringField("machine", machine());
            out.writeStringField("jdk", Runtime.version().toString());
            out.writeArrayFieldStart("results");
            for (BenchResult result : results) {
                write(out, result);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private static void write(JsonGenerator out, BenchResult result) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", result.name());
        out.writeNumberField("ours", result.ours());
        out.writeStringField("unit", result.unit());
        out.writeStringField("against", result.against());
        // Every field is always there; null where nothing stands beside it.
        if (result.against().isEmpty()) {
            out.writeNullField("against_value");
            out.writeNullField("ratio");
        } else {
            out.writeNumberField("against_value", result.againstValue());
            out.writeNumberField("ratio", result.ratio());
        }
        out.writeStringField("goal", result.goal());
        out.writeBooleanField("met", result.met());
        out.writeEndObject();
    }

    private static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
