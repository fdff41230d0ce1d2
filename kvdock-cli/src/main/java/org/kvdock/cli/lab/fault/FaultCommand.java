package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import org.kvdock.l2.pd.FoundChannels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvdock lab fault}. */
@Command(
        name = "fault",
        description = "Break transfers between a sender and a receiver in every step: kill, stop, cut, delay, damage,"
                + " starve, from either side. After each the same must hold: every accepted task has completed once and"
                + " in time, what is visible is whole, nothing is held past its lease, and the next task succeeds.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class FaultCommand implements Callable<Integer> {
    private static final int MOST_LANES = 16;

    @Option(names = "--only", paramLabel = "NAME", description = "only this scenario, or this family of them; may be given again")
    private List<String> only = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "S", description = "repeats sizes and moments (a new one each time)")
    private Long seed;

    @Option(names = "--lanes", paramLabel = "N", defaultValue = "4",
            description = "scenarios at the same time; most of one is waiting (${DEFAULT-VALUE})")
    private int lanes;

    @Option(names = "--list", description = "list the scenarios and run none")
    private boolean list;

    @Option(names = "--json", paramLabel = "FILE", description = "write how each went")
    private Path json;

    private volatile boolean signalled;
    // Why the channel ucx cannot be, null if it can; and how many scenarios are left out for it.
    private String obstacle;
    private int leftOut;

    /** For the command line. */
    public FaultCommand() {}

    @Override
    public Integer call() throws UsageException, IOException, InterruptedException {
        List<Scenario> scenarios = possible(check());
        if (list) {
            scenarios.forEach(scenario -> System.out.println(scenario.name()));
            return ExitStatus.RIGHT;
        }
        long chosen = seed == null ? System.nanoTime() : seed;
        PrintStream err = System.err;
        err.println("seed " + chosen);
        if (leftOut > 0) {
            err.println(leftOut + " scenarios over ucx are left out: " + obstacle);
        }
        long startNanos = System.nanoTime();
        FaultRun run = new FaultRun(scenarios, chosen, lanes, err);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            signalled = true;
            run.close();
        }, "kvdock-shutdown"));
        try (run) {
            List<Outcome> outcomes = run.run();
            if (signalled) {
                return ExitStatus.FAILED;
            }
            double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
            FaultSummary.print(System.out, outcomes, leftOut, chosen, wallSeconds);
            if (json != null) {
                FaultSummary.write(json, outcomes, leftOut, chosen, wallSeconds);
            }
            return outcomes.stream().allMatch(Outcome::passed) ? ExitStatus.RIGHT : ExitStatus.FAILED;
        } catch (ExecutionException | IOException e) {
            if (!signalled) {
                err.println("kvdock: " + e.getMessage());
            }
            return ExitStatus.FAILED;
        }
    }

    private List<Scenario> check() throws UsageException {
        List<Scenario> scenarios = Matrix.named(only);
        if (scenarios.isEmpty()) {
            throw new UsageException("--only: " + String.join(", ", only) + " is not allowed, must be one of the families "
                    + String.join(", ", Matrix.families()) + " or a name that --list gives");
        }
        if (lanes < 1 || lanes > MOST_LANES) {
            throw new UsageException("--lanes: " + lanes + " is not allowed, must be 1 to " + MOST_LANES);
        }
        OutputFile.check("--json", json);
        return scenarios;
    }

    private List<Scenario> possible(List<Scenario> scenarios) throws UsageException {
        obstacle = list ? null : FoundChannels.loaded().obstacle(Channel.UCX.configured()).orElse(null);
        if (obstacle == null) {
            return scenarios;
        }
        List<Scenario> possible = scenarios.stream().filter(scenario -> scenario.channel() != Channel.UCX).toList();
        if (possible.isEmpty()) {
            throw new UsageException("--only: " + String.join(", ", only) + " is not allowed, must be possible: " + obstacle);
        }
        leftOut = scenarios.size() - possible.size();
        return possible;
    }
}
