package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.kvdock.cli.launch.Directories;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.RunDirectory;

/** Runs the chains of a campaign, some at the same time. */
final class Campaign implements AutoCloseable {
    private final CrashOptions options;
    private final Distribution distribution;
    private final PrintStream err;
    private final CrashProgress progress;
    private final RunDirectory directory;
    private final Path kept;
    private final CrashResult result;
    private final ExecutorService lanes;
    private final Set<Chain> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param err takes progress, and what is wrong as soon as it is found */
    Campaign(CrashOptions options, long seed, Distribution distribution, PrintStream err, CrashProgress progress)
            throws IOException {
        this.options = options;
        this.distribution = distribution;
        this.err = err;
        this.progress = progress;
        this.directory = RunDirectory.open();
        this.kept = options.journal().orElse(null);
        this.result = new CrashResult(seed);
        this.lanes = Executors.newFixedThreadPool(options.lanes(), run -> new Thread(run, "kvdock-chain"));
    }

    /**
     * @return what came of it
     * @throws IOException if a process cannot be started or a journal cannot be read
     */
    CrashResult run() throws IOException, InterruptedException {
        List<Future<?>> chains = new ArrayList<>();
        for (int chain : options.chains()) {
            chains.add(lanes.submit(() -> {
                run(chain);
                return null;
            }));
        }
        try {
            for (Future<?> chain : chains) {
                chain.get();
            }
        } catch (ExecutionException e) {
            stop();
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            lanes.shutdownNow();
        }
        return result;
    }

    private void run(int number) throws IOException, InterruptedException {
        if (stopped) {
            return;
        }
        Findings findings = new Findings("chain " + number);
        String name = String.format("chain-%05d", number);
        Path place = (kept == null ? directory.path() : kept).resolve(name);
        List<KillPlan> plans = Schedule.chain(result.seed(), number, options.kills());
        Chain chain = new Chain(plans, place, findings, distribution, (plan, death) -> {
            result.killed(plan, death);
            progress.step(plan, death);
        });
        running.add(chain);
        try {
            Death last = chain.run();
            if (last != null) {
                result.reopened(last);
            }
        } finally {
            running.remove(chain);
        }
        result.chainEnded(findings, chain.records());
        findings.texts().forEach(err::println);
        if (kept == null) {
            leave(place, name, number, findings);
        }
    }

    // What was found to be wrong can be looked at afterwards.
    private void leave(Path place, String name, int number, Findings findings) throws IOException {
        if (findings.none() || stopped) {
            Directories.remove(place);
            return;
        }
        Path left = Files.createTempDirectory("kvdock-crash-" + result.seed() + "-").resolve(name);
        Files.move(place, left);
        err.println(name + " is kept in " + left);
        err.println("these kills again: ./kvdock lab crash --kills " + options.kills() + " --seed " + result.seed()
                + " --chain " + number);
    }

    private void stop() {
        stopped = true;
        running.forEach(Chain::stop);
    }

    /** Kills what runs and removes what only this run needed. May be called again, from any thread. */
    @Override
    public void close() {
        stop();
        lanes.shutdownNow();
        progress.close();
        directory.close();
    }
}
