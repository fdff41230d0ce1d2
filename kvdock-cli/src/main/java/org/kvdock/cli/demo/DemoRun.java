package org.kvdock.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.cli.launch.ProcessMemory;
import org.kvdock.cli.launch.RunDirectory;
import org.kvdock.cli.workload.Workload;

/** One run: starts both hosts, lets them replay, stops them, reads what they left. For one thread; close from any. */
final class DemoRun implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(90);

    private final DemoOptions options;
    private final Workload workload;
    private final MemoryPlan plan;
    private final Distribution distribution;
    private final RunDirectory directory;
    private final Path journals;
    private final PrintStream err;
    // Guarded by this: a signal may close while this run still starts its hosts.
    private final List<HostLink> hosts = new ArrayList<>();
    private boolean closed;

    DemoRun(DemoOptions options, Workload workload, MemoryPlan plan, Distribution distribution, PrintStream err)
            throws IOException {
        this.options = options;
        this.workload = workload;
        this.plan = plan;
        this.distribution = distribution;
        this.err = err;
        this.directory = RunDirectory.open();
        this.journals = options.journal().orElse(directory.path().resolve("journal"));
    }

    /**
     * @param terminal whether progress is shown on a terminal
     * @return what came of it; a run that broke off says why
     * @throws IOException if the hosts cannot be started or do not come up
     */
    DemoResult run(boolean terminal) throws IOException, InterruptedException {
        JournalTotals before = JournalTotals.of(journals);
        Progress progress = new Progress(err, terminal, workload.requests().size());
        Link toPrefill = new Link();
        Tally tally = new Tally(workload.requests().size(), line -> {
            toPrefill.host.send("read " + line);
            progress.step();
        });
        long startNanos;
        String broken;
        double seconds;
        List<HostEvent> idle = new ArrayList<>();
        HostPair pair = new HostPair(options, workload, plan, FreePorts.find(3));
        try (progress) {
            HostLink decode = host("decode", pair.decode(journal("decode")), pair.decodeDirectBytes(), tally);
            HostLink prefill = host("prefill", pair.prefill(journal("prefill")), pair.prefillDirectBytes(), tally);
            toPrefill.host = prefill;
            decode.awaitReady();
            prefill.awaitReady();
            err.println("both hosts are up, replaying");
            startNanos = System.nanoTime();
            prefill.send("go");
            broken = tally.awaitEnd(STALL);
            seconds = (System.nanoTime() - startNanos) / 1e9;
            if (broken.isEmpty()) {
                prefill.send("finish");
                decode.send("finish");
                idle.add(prefill.awaitIdle());
                idle.add(decode.awaitIdle());
            }
        }
        List<String> statuses = new ArrayList<>();
        long peak = ProcessMemory.peakBytes(ProcessHandle.current().pid()).orElse(0);
        boolean peakKnown = peak > 0;
        // The sender first, so that it still has its receiver while it drains.
        for (HostLink host : List.copyOf(hosts).stream().sorted((a, b) -> b.name().compareTo(a.name())).toList()) {
            int status = host.stop();
            if (status != 0) {
                statuses.add(host.name() + " ended with status " + status);
            }
            OptionalLong bytes = host.peakBytes();
            peak += bytes.orElse(0);
            peakKnown &= bytes.isPresent();
        }
        JournalTotals totals = JournalTotals.of(journals).since(before);
        return new DemoResult(
                options, workload, plan, tally, idle, totals, broken, statuses, seconds, peakKnown ? peak : -1);
    }

    /** Prefill is started after the tally that tells it what was read. */
    private static final class Link {
        private volatile HostLink host;
    }

    private Path journal(String host) throws IOException {
        return Files.createDirectories(journals.resolve(host));
    }

    private synchronized HostLink host(
            String name, Map<String, Map<String, Object>> configurations, long directBytes, Tally tally)
            throws IOException {
        if (closed) {
            throw new IOException("stopped before it began");
        }
        HostLink host = HostLink.start(
                name, distribution, directory.path(), configurations, directBytes, tally, err::println);
        hosts.add(host);
        return host;
    }

    /** Stops what still runs, both hosts at once, and removes what only this run needed. May be called again. */
    @Override
    public void close() {
        List<HostLink> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(hosts);
        }
        running.parallelStream().forEach(HostLink::close);
        directory.close();
    }
}
