package org.kvdock.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kvdock.cli.component.Event;
import org.kvdock.cli.launch.Channels;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.BlockBytes;
import org.kvdock.cli.workload.BlockKeys;
import org.kvdock.cli.workload.Request;
import org.kvdock.cli.workload.Workload;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.ConfigReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/**
 * The prefill end: takes requests in order, finds each one's prefix in L1, "computes" the other blocks and writes them.
 * Hits are decided by one thread in request order, so they do not depend on what is in flight.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = PrefillReplay.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class PrefillReplay {
    /** PID of the configuration. */
    public static final String PID = "org.kvdock.replay.prefill";
    /** Names the reference to the adapters, of which there must be one for each decode host. */
    public static final String ADAPTERS = "Adapters";

    private final StorageManager storage;
    private final List<L2Adapter> adapters;
    private final Consumer<String> report;
    private final ReplaySettings settings;
    private final Workload share;
    private final FlightWindow window;
    private final TransferBook book = new TransferBook();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CommandLoop commands;
    private final Thread thread;

    /**
     * @param storage the host's
     * @param adapters those that move the blocks, one for each decode host
     * @param report takes events
     * @param commands lines from the launcher
     * @param configuration as {@link ReplaySettings} reads it
     */
    @Activate
    public PrefillReplay(
            @Reference StorageManager storage,
            @Reference(name = ADAPTERS, target = ReplaySettings.ADAPTER, cardinality = ReferenceCardinality.AT_LEAST_ONE)
                    List<L2Adapter> adapters,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.REPORT + ")") Consumer<String> report,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.COMMANDS + ")") Callable<String> commands,
            Map<String, Object> configuration)
            throws BadTraceException {
        this.storage = storage;
        this.adapters = adapters;
        this.report = report;
        this.settings = ReplaySettings.read(ConfigReader.of(configuration));
        this.share = settings.routes().prefillShares(settings.workload()).get(settings.prefill());
        this.window = new FlightWindow(
                share.requests().size(), settings.window(), settings.l1Blocks(), settings.decodeL1Blocks());
        this.thread = new Thread(this::replay, "kvdock-prefill");
        this.commands = new CommandLoop("kvdock-prefill-commands", commands, this::command);
        thread.start();
    }

    private void command(String word, String argument) {
        switch (word) {
            case "go" -> go.countDown();
            case "read" -> window.read(settings.routes().position(Integer.parseInt(argument)));
            case "finish" -> IdleReport.send(storage, adapters, report);
            default -> System.err.println("prefill does not know the command " + word);
        }
    }

    private void replay() {
        report.accept(new Event("ready").line());
        try {
            go.await();
            long startNanos = System.nanoTime();
            for (Request request : share.requests()) {
                if (settings.pace()) {
                    TimeUnit.NANOSECONDS.sleep(
                            startNanos + TimeUnit.MILLISECONDS.toNanos(request.arrivalMillis()) - System.nanoTime());
                }
                window.enter(request.size());
                take(request);
            }
        } catch (InterruptedException e) {
            // The host stops.
        } catch (RuntimeException e) {
            report.accept(new Event("broken").with("why", "prefill: " + e).line());
        }
    }

    private void take(Request request) {
        RequestWriter writer = storage.write(BlockKeys.requestId(request), BlockKeys.of(request), settings.blockBytes());
        try {
            int hits = writer.prefixHits();
            for (int i = hits; i < request.size(); i++) {
                long block = request.block(i);
                book.computed(block);
                writer.put(i, out -> BlockBytes.fill(block, out));
            }
            long writtenNanos = System.nanoTime();
            writer.finish().thenAccept(stored -> stored(request, hits, writtenNanos, stored));
        } finally {
            // Does nothing after finish.
            writer.abort();
        }
    }

    private void stored(Request request, int hits, long writtenNanos, RequestStored result) {
        TransferBook.Entry added = book.ended(request, hits, result.stored(), result.moved());
        Event event = new Event("stored")
                .with("request", request.line())
                .with("written_nanos", writtenNanos)
                .with("prefix_hits", hits)
                .with("transferred", added.transferred())
                .with("deduplicated", added.deduplicated())
                .with("resent", added.resent())
                .with("unstored", added.unstored())
                .with("bytes", result.bytesMoved());
        result.error().ifPresent(error -> event.with("error", error));
        report.accept(event.line());
        window.stored(settings.routes().position(request.line()));
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        commands.stop();
        thread.interrupt();
        thread.join(Duration.ofSeconds(2).toMillis());
    }
}
