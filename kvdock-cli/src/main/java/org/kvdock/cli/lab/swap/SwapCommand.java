package org.kvdock.cli.lab.swap;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvdock lab swap}. */
@Command(
        name = "swap",
        description = "Exchange adapters in a running host under load: by update, reinstallation, restart and"
                + " reconfiguration, drawn from the seed. Nothing may be lost, leak, or take another bundle with it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SwapCommand implements Callable<Integer> {
    private static final int MOST_SWAPS = 1_000_000;
    private static final int MOST_THREADS = 256;

    @Option(names = "--swaps", paramLabel = "N", defaultValue = "1000", description = "how many (${DEFAULT-VALUE})")
    private int swaps;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "8", description = "threads of load (${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--seed", paramLabel = "S", description = "repeats a run (a new one each time)")
    private Long seed;

    @Option(names = "--journal", paramLabel = "DIR", description = "keep the adapters' journals here, an empty or missing"
            + " directory (else they are removed)")
    private Path journal;

    @Option(names = "--json", paramLabel = "FILE", description = "write what was counted and measured")
    private Path json;

    private volatile boolean signalled;

    /** For the command line. */
    public SwapCommand() {}

    @Override
    public Integer call() throws UsageException, IOException, InterruptedException {
        check();
        long chosen = seed == null ? System.nanoTime() : seed;
        PrintStream err = System.err;
        err.println("seed " + chosen);
        long startNanos = System.nanoTime();
        SwapRun run = new SwapRun(swaps, threads, chosen, journal == null ? null : journal.toAbsolutePath(), err);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            signalled = true;
            run.close();
        }, "kvdock-shutdown"));
        try (run) {
            SwapResult result = run.run();
            if (signalled) {
                return ExitStatus.FAILED;
            }
            double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
            result.lines().forEach(System.out::println);
            System.out.printf("seed             %d, %.1f s%n", chosen, wallSeconds);
            if (json != null) {
                SwapJson.write(json, result, wallSeconds);
            }
            return result.failures().isEmpty() ? ExitStatus.RIGHT : ExitStatus.FAILED;
        } catch (IOException e) {
            if (!signalled) {
                err.println("kvdock: " + e.getMessage());
            }
            return ExitStatus.FAILED;
        }
    }

    private void check() throws UsageException, IOException {
        if (swaps < 1 || swaps > MOST_SWAPS) {
            throw new UsageException("--swaps: " + swaps + " is not allowed, must be 1 to " + MOST_SWAPS);
        }
        if (threads < 2 || threads > MOST_THREADS) {
            throw new UsageException("--threads: " + threads + " is not allowed, must be 2 to " + MOST_THREADS);
        }
        OutputFile.check("--json", json);
        if (journal != null && Files.exists(journal)) {
            try (var files = Files.list(journal)) {
                if (files.findAny().isPresent()) {
                    throw new UsageException("--journal: " + journal + " is not allowed, must be an empty or missing directory");
                }
            } catch (java.nio.file.NotDirectoryException e) {
                throw new UsageException("--journal: " + journal + " is not allowed, must be a directory");
            }
        }
    }
}
