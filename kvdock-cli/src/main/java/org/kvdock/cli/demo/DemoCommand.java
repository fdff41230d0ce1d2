package org.kvdock.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.IoReason;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.ProcessMemory;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.Workload;
import org.kvdock.l2.pd.FoundChannels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvdock demo}. */
@Command(
        name = "demo",
        description = "Replay a workload through prefill and decode hosts, verify every byte on the decode side.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    /** Set by the script that starts this program: whether standard error is a terminal. */
    private static final String TERMINAL = "kvdock.terminal";

    @Mixin
    private DemoOptions options;

    private volatile boolean signalled;

    /** For the command line. */
    public DemoCommand() {}

    @Override
    public Integer call() throws UsageException, BadTraceException, IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Workload workload = options.workload();
        options.check(workload);
        checkWritable();
        checkChannel();
        OptionalLong available = ProcessMemory.availableBytes();
        MemoryPlan plan = MemoryPlan.of(options, workload, available);
        plan.check(options, available);
        PrintStream err = System.err;
        err.printf("%s: %,d requests, %,d blocks of %,d bytes, %,d distinct%n", workload.source(),
                workload.requests().size(), workload.references(), options.blockBytes(), workload.distinctBlocks());
        plan.notes().forEach(err::println);
        DemoRun run = new DemoRun(options, workload, plan, Distribution.own(), err);
        Thread onSignal = new Thread(() -> {
            signalled = true;
            run.close();
        }, "kvdock-shutdown");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (run) {
            DemoResult result = run.run(Boolean.getBoolean(TERMINAL));
            double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
            if (signalled) {
                return ExitStatus.FAILED;
            }
            DemoSummary.print(System.out, result, wallSeconds);
            if (options.json().isPresent()) {
                DemoJson.write(options.json().get(), result, wallSeconds);
            }
            return result.checks().stream().allMatch(DemoResult.Check::right) ? ExitStatus.RIGHT : ExitStatus.FAILED;
        } catch (IOException e) {
            if (!signalled) {
                err.println("kvdock: " + IoReason.of(e));
            }
            return ExitStatus.FAILED;
        }
    }

    // The hosts would say so too, once they are up.
    private void checkChannel() throws UsageException {
        if (options.channel() == DemoOptions.Channel.ucx) {
            String obstacle = FoundChannels.loaded().obstacle(options.channel().name()).orElse(null);
            if (obstacle != null) {
                throw new UsageException("--channel: ucx is not allowed, must be possible: " + obstacle);
            }
        }
    }

    private void checkWritable() throws UsageException {
        OutputFile.check("--json", options.json().orElse(null));
        if (options.journal().isPresent()) {
            try {
                Files.createDirectories(options.journal().get());
            } catch (IOException e) {
                throw new UsageException("--journal: " + options.journal().get() + " cannot be used, must be a directory");
            }
        }
    }
}
