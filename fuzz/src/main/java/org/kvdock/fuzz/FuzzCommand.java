package org.kvdock.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.kvdock.cli.CommandRun;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvdock lab fuzz}. */
@Command(
        name = "kvdock lab fuzz",
        description = "Inputs that nobody would write for everything that reads what others wrote: frames, messages, keys, journals,"
                + " configurations. Each target checks what must hold, not just that nothing breaks.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:nothing was found", "1:there is a finding; its input is saved and named", "2:bad usage, nothing was started"})
public final class FuzzCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 7 * 24 * 3600;
    private static final long MOST_SEED = 0xFFFFFFFFL;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "300", description = "for each target (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--only", paramLabel = "TARGET", description = "one target, or several with commas between them (all)", split = ",")
    private List<String> only;

    @Option(names = "--seed", paramLabel = "N", description = "what Jazzer begins from (a new one each time)")
    private Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "write what was tried and found")
    private Path json;

    @Option(names = "--findings", paramLabel = "DIR", defaultValue = "kvdock-fuzz-findings", description =
            "where inputs are saved for which something did not hold (${DEFAULT-VALUE})")
    private Path findings;

    @Option(names = "--corpus", paramLabel = "DIR", description =
            "corpus files to begin with, and to write again with what was reached (the module's own, which stay)")
    private Path corpus;

    @Option(names = "--input", paramLabel = "FILE", description = "try this one input of the target that --only names, and no other")
    private Path input;

    private volatile boolean signalled;

    FuzzCommand() {}

    /** @param args as {@code --help} says */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return CommandRun.of(new FuzzCommand(), args);
    }

    @Override
    public Integer call() throws UsageException, IOException, InterruptedException {
        List<FuzzTarget> targets = chosen();
        check(targets);
        if (input != null) {
            return reproduce(targets.get(0));
        }
        long begin = seed == null ? 1 + (System.nanoTime() & 0x7FFFFFFF) : seed;
        System.err.println("seed " + begin);
        Campaign campaign = new Campaign(
                seconds, begin, findings.toAbsolutePath(), Optional.ofNullable(corpus), new Progress(System.err, Boolean.getBoolean("kvdock.terminal")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            signalled = true;
            campaign.close();
        }, "kvdock-shutdown"));
        try (campaign) {
            List<TargetRun> runs = campaign.run(targets, FuzzCommand::print);
            long found = runs.stream().filter(run -> !run.findings().isEmpty()).count();
            System.out.printf("%d targets, %,d inputs, %d findings, seed %d%n",
                    runs.size(), runs.stream().mapToLong(TargetRun::inputs).sum(), found, begin);
            if (json != null) {
                FuzzJson.write(json, runs, begin);
            }
            return found == 0 ? ExitStatus.RIGHT : ExitStatus.FAILED;
        } catch (IOException e) {
            if (!signalled) {
                System.err.println("kvdock: " + e.getMessage());
            }
            return ExitStatus.FAILED;
        }
    }

    private static void print(TargetRun run) {
        System.out.printf("%-16s %,14d inputs %8.1f s   %d findings%n", run.name(), run.inputs(), run.seconds(), run.findings().size());
        for (Path file : run.findings()) {
            System.out.println("  " + run.message());
            System.out.println("  the input: " + file + "; again: ./kvdock lab fuzz --only " + run.name() + " --input " + file);
        }
    }

    private int reproduce(FuzzTarget target) throws IOException {
        try {
            target.run(Files.readAllBytes(input));
            System.out.println(target.name() + ": everything holds for " + input);
            return ExitStatus.RIGHT;
        } catch (Exception | Error e) {
            System.out.println(target.name() + ": does not hold for " + input);
            e.printStackTrace(System.out);
            return ExitStatus.FAILED;
        }
    }

    private List<FuzzTarget> chosen() throws UsageException {
        List<FuzzTarget> all = Targets.all();
        String names = all.stream().map(FuzzTarget::name).collect(Collectors.joining(", "));
        for (String name : only == null ? List.<String>of() : only) {
            if (all.stream().noneMatch(target -> target.name().equals(name))) {
                throw new UsageException("--only: " + name + " is not allowed, must be of " + names);
            }
        }
        return all.stream().filter(target -> only == null || only.contains(target.name())).toList();
    }

    private void check(List<FuzzTarget> targets) throws UsageException {
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new UsageException("--seconds: " + seconds + " is not allowed, must be 1 to " + MOST_SECONDS);
        }
        if (seed != null && (seed < 1 || seed > MOST_SEED)) {
            throw new UsageException("--seed: " + seed + " is not allowed, must be 1 to " + MOST_SEED);
        }
        OutputFile.check("--json", json);
        if (corpus != null && !Files.isDirectory(corpus)) {
            throw new UsageException("--corpus: " + corpus + " is not allowed, must be a directory that exists");
        }
        if (input != null && (targets.size() != 1 || !Files.isRegularFile(input))) {
            throw new UsageException("--input: " + input + " is not allowed, must be a file, with one target named by --only");
        }
    }
}
