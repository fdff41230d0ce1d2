package org.kvdock.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.cli.launch.ProcessMemory;
import org.kvdock.cli.launch.RunDirectory;
import org.kvdock.cli.proxy.ProxyListener;
import org.kvdock.cli.proxy.RoundRobinProxy;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.Workload;
import org.kvdock.l2.pd.security.KeyMaker;
import org.kvdock.relay.HeldPorts;

/** One run: starts all hosts and the proxy between them, lets them replay, stops them, reads what they left. For one thread; close from any. */
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
        Replayed replayed;
        // Held while the hosts come up: none of them may find its port taken.
        try (Progress progress = new Progress(err, terminal, workload.requests().size());
                HeldPorts ports = HeldPorts.take(HostFleet.ports(options.routes().decodes()))) {
            replayed = replay(progress, ports.numbers());
        }
        Stopped stopped = stop();
        JournalTotals totals = JournalTotals.of(journals).since(before);
        return new DemoResult(
                options, workload, plan, replayed.tally(), replayed.idle(), totals, replayed.broken(),
                stopped.complaints(), replayed.seconds(), stopped.peakBytes());
    }

    /**
     * @param broken why it broke off; empty if it went to its end
     * @param idle each host's last word, if it went to its end
     */
    private record Replayed(Tally tally, String broken, List<HostEvent> idle, double seconds) {}

    private Replayed replay(Progress progress, List<Integer> ports) throws IOException, InterruptedException {
        Routes routes = options.routes();
        CompletableFuture<List<HostLink>> toPrefills = new CompletableFuture<>();
        CompletableFuture<List<HostLink>> toDecodes = new CompletableFuture<>();
        Tally tally = new Tally(workload.requests().size(), line -> {
            toPrefills.thenAccept(hosts -> hosts.get(routes.prefill(line)).send("read " + line));
            progress.step();
        });
        HostFleet fleet = new HostFleet(options, workload, plan, keys(), ports);
        RoundRobinProxy proxy = new RoundRobinProxy(routes, workload.requests().size(), new RoundRobinProxy.Outcome() {
            @Override
            public void handOver(int decode, int line) {
                toDecodes.thenAccept(hosts -> hosts.get(decode).send("fetch " + line));
            }

            @Override
            public void failed(int line) {
                tally.unread(line, "the sender failed");
            }
        });
        ProxyListener listener = ProxyListener.start(fleet.proxyPort(), proxy::told);
        try {
            List<HostLink> prefills = new ArrayList<>();
            List<HostLink> decodes = new ArrayList<>();
            for (String name : routes.prefillNames()) {
                prefills.add(host(name, fleet.prefill(prefills.size(), journal(name)), fleet.prefillDirectBytes(), tally));
            }
            for (String name : routes.decodeNames()) {
                decodes.add(host(name, fleet.decode(decodes.size(), journal(name)), fleet.decodeDirectBytes(), tally));
            }
            toPrefills.complete(prefills);
            toDecodes.complete(decodes);
            return replay(progress, tally, prefills);
        } finally {
            listener.close();
        }
    }

    private Replayed replay(Progress progress, Tally tally, List<HostLink> prefills)
            throws IOException, InterruptedException {
        for (HostLink host : hosts()) {
            host.awaitReady();
        }
        err.println((hosts().size() == 2 ? "both hosts are" : "all " + hosts().size() + " hosts are") + " up, replaying");
        progress.begin();
        long startNanos = System.nanoTime();
        prefills.forEach(host -> host.send("go"));
        String broken = tally.awaitEnd(STALL);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        if (!broken.isEmpty()) {
            return new Replayed(tally, broken, List.of(), seconds);
        }
        hosts().forEach(host -> host.send("finish"));
        List<HostEvent> idle = new ArrayList<>();
        for (HostLink host : hosts()) {
            idle.add(host.awaitIdle());
        }
        return new Replayed(tally, "", idle, seconds);
    }

    /**
     * @param complaints hosts that did not end well
     * @param peakBytes most memory of all processes together, -1 if one of them did not say
     */
    private record Stopped(List<String> complaints, long peakBytes) {}

    // The senders first, so that they still have their receivers while they drain: in the order of their start.
    private Stopped stop() throws InterruptedException {
        List<String> complaints = new ArrayList<>();
        long peak = 0;
        boolean known = true;
        for (HostLink host : hosts()) {
            int status = host.stop();
            if (status != 0) {
                complaints.add(host.name() + " ended with status " + status);
            }
            peak += host.peakBytes().orElse(0);
            known &= host.peakBytes().isPresent();
        }
        OptionalLong own = ProcessMemory.peakBytes(ProcessHandle.current().pid());
        return new Stopped(complaints, known && own.isPresent() ? peak + own.getAsLong() : -1);
    }

    private synchronized List<HostLink> hosts() {
        return List.copyOf(hosts);
    }

    private Optional<Path> keys() throws IOException {
        if (!options.secure()) {
            return Optional.empty();
        }
        Path keys = directory.path().resolve("keys");
        Routes routes = options.routes();
        KeyMaker.make(keys, new KeyMaker.Plan(routes.prefillNames(), routes.decodeNames(), List.of(), 1));
        return Optional.of(keys);
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
                name, distribution, directory.path(), configurations, directBytes, tally, this::said);
        hosts.add(host);
        return host;
    }

    // What a framework says that is stopped while it starts is nobody's trouble.
    private synchronized void said(String line) {
        if (!closed) {
            err.println(line);
        }
    }

    /** Stops what still runs, all hosts at once, and removes what only this run needed. May be called again. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        hosts().parallelStream().forEach(HostLink::close);
        directory.close();
    }
}
