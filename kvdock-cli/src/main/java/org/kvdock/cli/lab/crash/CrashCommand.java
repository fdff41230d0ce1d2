package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.launch.Distribution;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvdock lab crash}. */
@Command(
        name = "crash",
        description = "Kill processes that write journals with SIGKILL: under load, while they open, recover, roll over,"
                + " write checkpoints, remove files, close. Open the journals again, and hold them against what the dead"
                + " had said of themselves. Nothing may be lost, there twice, or add up to something else.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CrashCommand implements Callable<Integer> {
    @Mixin
    private CrashOptions options;

    private volatile boolean signalled;

    /** For the command line. */
    public CrashCommand() {}

    @Override
    public Integer call() throws UsageException, IOException, InterruptedException {
        options.check();
        long seed = options.seed().orElseGet(System::nanoTime);
        PrintStream err = System.err;
        err.println("seed " + seed);
        long startNanos = System.nanoTime();
        CrashProgress progress = new CrashProgress(err, options.killsToDo(), options.verbose());
        Campaign campaign = new Campaign(options, seed, Distribution.own(), err, progress);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            signalled = true;
            campaign.close();
        }, "kvdock-shutdown"));
        try (campaign) {
            CrashResult result = campaign.run();
            if (signalled) {
                return ExitStatus.FAILED;
            }
            double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
            CrashSummary.print(System.out, result, wallSeconds);
            if (options.json().isPresent()) {
                CrashSummary.write(options.json().get(), result, wallSeconds);
            }
            return result.right() ? ExitStatus.RIGHT : ExitStatus.FAILED;
        } catch (IOException e) {
            if (!signalled) {
                err.println("kvdock: " + e.getMessage());
            }
            return ExitStatus.FAILED;
        }
    }
}
