package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.cli.launch.Directories;
import org.kvdock.cli.launch.RunDirectory;

/** Runs scenarios, some at the same time, since most of one is waiting. */
final class FaultRun implements AutoCloseable {
    private final List<Scenario> scenarios;
    private final long seed;
    private final PrintStream err;
    private final RunDirectory directory;
    private final KeyRing keys;
    private final ExecutorService lanes;
    private final Set<Stage> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean stopped;

    /** @param err takes progress, a line for each scenario */
    FaultRun(List<Scenario> scenarios, long seed, int lanes, PrintStream err) throws IOException {
        this.scenarios = scenarios;
        this.seed = seed;
        this.err = err;
        this.directory = RunDirectory.open();
        this.keys = new KeyRing(directory.path().resolve("keys"));
        this.lanes = Executors.newFixedThreadPool(lanes, run -> new Thread(run, "kvdock-scenario"));
    }

    /** @return how each went, in their order; fewer if this was closed meanwhile */
    List<Outcome> run() throws InterruptedException, ExecutionException {
        List<Future<Outcome>> futures = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            futures.add(lanes.submit(() -> run(scenario)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<Outcome> future : futures) {
            Outcome outcome = future.get();
            if (outcome != null) {
                outcomes.add(outcome);
            }
        }
        lanes.shutdown();
        return outcomes;
    }

    private Outcome run(Scenario scenario) throws IOException {
        if (stopped) {
            return null;
        }
        long begin = System.nanoTime();
        Path place = Files.createDirectories(directory.path().resolve(scenario.name()));
        String trouble = "";
        String notes = "";
        // Its draws are its own, whoever else runs.
        try (Stage stage = new Stage(scenario, place, keys, new Random(seed ^ scenario.name().hashCode()))) {
            running.add(stage);
            try {
                scenario.play().on(stage);
                Aftermath.check(stage);
            } catch (Exception e) {
                trouble = e instanceof Trouble ? e.getMessage() : e.toString();
            } finally {
                running.remove(stage);
            }
            notes = String.join("; ", stage.notes());
        }
        Directories.remove(place);
        if (stopped) {
            return null;
        }
        Outcome outcome = new Outcome(
                scenario, trouble.isEmpty(), trouble.isEmpty() ? notes : trouble + (notes.isEmpty() ? "" : " (" + notes + ")"),
                (System.nanoTime() - begin) / 1e9);
        err.printf(Locale.ROOT, "%d of %d: %s %s in %.1f s: %s%n", done.incrementAndGet(), scenarios.size(), scenario.name(),
                outcome.passed() ? "passed" : "FAILED", outcome.seconds(), outcome.detail());
        return outcome;
    }

    /** Ends what runs and removes what only this run needed. May be called again, from any thread. */
    @Override
    public void close() {
        stopped = true;
        running.forEach(Stage::abort);
        lanes.shutdownNow();
        directory.close();
    }
}
