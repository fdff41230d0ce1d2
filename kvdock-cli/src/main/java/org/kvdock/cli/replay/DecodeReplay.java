package org.kvdock.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kvdock.cli.component.Event;
import org.kvdock.cli.launch.Channels;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.BlockBytes;
import org.kvdock.cli.workload.BlockKeys;
import org.kvdock.cli.workload.Request;
import org.kvdock.host.Prefetched;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.ConfigReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * The decode end: gets each request from the proxy, fetches all of its blocks, compares every byte with what the block's
 * id says it must be, and releases them.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = DecodeReplay.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DecodeReplay {
    /** PID of the configuration. */
    public static final String PID = "org.kvdock.replay.decode";

    private static final int VERIFIERS = 2;

    private final StorageManager storage;
    private final L2Adapter adapter;
    private final Consumer<String> report;
    private final ReplaySettings settings;
    private final CommandLoop commands;
    private final ExecutorService verifiers;

    /**
     * @param storage the host's
     * @param adapter the one that moves the blocks
     * @param report takes events
     * @param commands lines from the launcher
     * @param configuration as {@link ReplaySettings} reads it
     */
    @Activate
    public DecodeReplay(
            @Reference StorageManager storage,
            @Reference(target = ReplaySettings.ADAPTER) L2Adapter adapter,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.REPORT + ")") Consumer<String> report,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.COMMANDS + ")") Callable<String> commands,
            Map<String, Object> configuration)
            throws BadTraceException {
        this.storage = storage;
        this.adapter = adapter;
        this.report = report;
        this.settings = ReplaySettings.read(ConfigReader.of(configuration));
        this.verifiers = Executors.newFixedThreadPool(VERIFIERS, work -> new Thread(work, "kvdock-verifier"));
        this.commands = new CommandLoop("kvdock-decode-commands", commands, this::command);
        report.accept(new Event("ready").line());
    }

    private void command(String word, String argument) {
        switch (word) {
            case "fetch" -> fetch(settings.workload().requests().get(Integer.parseInt(argument) - 1));
            case "finish" -> IdleReport.send(storage, List.of(adapter), report);
            default -> System.err.println("decode does not know the command " + word);
        }
    }

    private void fetch(Request request) {
        CompletionStage<Prefetched> prefetch;
        try {
            prefetch = storage.prefetch(
                    BlockKeys.requestId(request), BlockKeys.of(request), settings.blockBytes(), settings.prefetchDeadline());
        } catch (RuntimeException e) {
            prefetch = CompletableFuture.failedStage(e);
        }
        prefetch.whenComplete((prefetched, failure) -> {
            long readableNanos = System.nanoTime();
            if (failure != null) {
                report.accept(outcome(request, 0, 0, failure.toString()).line());
            } else {
                verifiers.execute(() -> verify(request, readableNanos, prefetched));
            }
        });
    }

    private void verify(Request request, long readableNanos, Prefetched prefetched) {
        int loaded = prefetched.prefix();
        int verified = 0;
        String wrong = "";
        try (prefetched) {
            for (int i = 0; i < loaded; i++) {
                int at = BlockBytes.firstWrong(request.block(i), prefetched.view(i));
                if (at < 0) {
                    verified++;
                } else if (wrong.isEmpty()) {
                    wrong = "block " + request.block(i) + " is not what it must be at byte " + at;
                }
            }
        }
        String error = loaded < request.size() ? (request.size() - loaded) + " blocks did not come" : wrong;
        report.accept(outcome(request, loaded, verified, error).with("readable_nanos", readableNanos).line());
    }

    private static Event outcome(Request request, int loaded, int verified, String error) {
        Event event = new Event("read")
                .with("request", request.line())
                .with("loaded", loaded)
                .with("verified", verified)
                .with("wrong", loaded - verified);
        return error.isEmpty() ? event : event.with("error", error);
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        commands.stop();
        verifiers.shutdown();
        if (!verifiers.awaitTermination(Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)) {
            verifiers.shutdownNow();
        }
    }
}
