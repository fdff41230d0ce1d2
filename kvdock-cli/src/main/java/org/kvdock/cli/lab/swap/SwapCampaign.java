package org.kvdock.cli.lab.swap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.kvdock.cli.component.Event;
import org.kvdock.cli.launch.Channels;
import org.kvdock.host.DockPhase;
import org.kvdock.host.HostStatus;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.base.ConfigReader;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The campaign inside the host: swaps adapters while threads of load go on, and reports what came of it. */
@Component(
        service = {},
        immediate = true,
        configurationPid = SwapCampaign.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SwapCampaign {
    /** PID of the configuration. */
    public static final String PID = "org.kvdock.lab.swap";

    private static final List<String> INSTANCES = List.of("a", "b");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_NANOS = 200_000;
    /** Stores that an instance gets before it is exchanged again. */
    private static final int WORK = 4;
    /** Times that each kind is done before anything is measured. */
    private static final int WARM_UP = 2;

    private final StorageManager storage;
    private final Consumer<String> report;
    private final int swaps;
    private final int loadThreads;
    private final SplittableRandom random;
    private final SwapLoad load;
    private final Leaks leaks = new Leaks();
    private final Swapper swapper;
    private final FirstTasks firstTasks;
    private final AtomicInteger leftActive = new AtomicInteger();
    private final BundleContext context;
    private final Thread thread;

    /**
     * @param context of this bundle
     * @param admin takes the adapters' configurations
     * @param storage the host's
     * @param report takes events
     * @param configuration swaps, threads, seed
     */
    @Activate
    public SwapCampaign(
            BundleContext context,
            @Reference ConfigurationAdmin admin,
            @Reference StorageManager storage,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.REPORT + ")") Consumer<String> report,
            Map<String, Object> configuration) {
        ConfigReader config = ConfigReader.of(configuration);
        long seed = config.number("seed", null, Long.MIN_VALUE, Long.MAX_VALUE, "repeats the run");
        this.context = context;
        this.storage = storage;
        this.report = report;
        this.swaps = config.integer("swaps", null, 1, 1_000_000, "how many are measured");
        this.loadThreads = config.integer("threads", null, 1, 256, "threads of load");
        this.random = new SplittableRandom(seed);
        this.load = new SwapLoad(storage, seed);
        this.firstTasks = new FirstTasks(context);
        this.swapper = new Swapper(context, admin, leaks, firstTasks);
        this.thread = new Thread(this::run, "kvdock-swap");
        thread.start();
    }

    private void run() {
        SynchronousBundleListener watch = event -> {
            if (event.getType() == BundleEvent.STOPPING && !swapper.is(event.getBundle())) {
                leftActive.incrementAndGet();
            }
        };
        try {
            context.addBundleListener(watch);
            begin();
            for (SwapKind kind : SwapKind.values()) {
                for (int i = 0; i < WARM_UP; i++) {
                    swap(kind);
                }
            }
            rest();
            Leaks.Held before = leaks.measure();
            report.accept(new Event("warm").line());
            // What the virtual machine compiles and loads the first time is not the host's pause.
            load.resetLongest();
            Leaks.Held half = swapAll(swaps / 2, before);
            Leaks.Held end = swapAll(swaps - swaps / 2, before);
            finish(end.growthSince(before), end.growthSince(half));
        } catch (InterruptedException e) {
            // The host stops.
        } catch (Exception e) {
            report.accept(new Event("broken").with("why", e.toString()).line());
        } finally {
            context.removeBundleListener(watch);
        }
    }

    private void begin() throws Exception {
        for (String instance : INSTANCES) {
            swapper.configure(instance, 0);
            awaitDocked(instance, -1);
        }
        load.start(loadThreads);
    }

    /** @return what is held afterwards, at rest and without adapters */
    private Leaks.Held swapAll(int count, Leaks.Held before) throws Exception {
        begin();
        SwapKind[] kinds = SwapKind.values();
        for (int i = 0; i < count; i++) {
            Swapped swapped = swap(kinds[random.nextInt(kinds.length)]);
            report.accept(new Event("swapped")
                    .with("kind", swapped.kind().name())
                    .with("first_task_us", TimeUnit.NANOSECONDS.toMicros(swapped.firstTaskNanos()))
                    .line());
        }
        rest();
        return leaks.measureSettled(before);
    }

    private record Swapped(SwapKind kind, long firstTaskNanos) {}

    private Swapped swap(SwapKind kind) throws Exception {
        String instance = INSTANCES.get(random.nextInt(INSTANCES.size()));
        Map<String, Integer> ids = new java.util.HashMap<>();
        for (String name : kind == SwapKind.RECONFIGURE ? List.of(instance) : INSTANCES) {
            ids.put(name, docked(name));
        }
        Swapper.Started started = swapper.swap(kind, instance);
        for (Map.Entry<String, Integer> before : ids.entrySet()) {
            awaitDocked(before.getKey(), before.getValue());
        }
        long firstTask = firstTask(started.firstTask());
        long goal = load.stored.sum() + WORK;
        await(WORK + " requests stored after a swap", () -> load.stored.sum() >= goal);
        // The clock was read a moment after the listening began.
        return new Swapped(kind, Math.max(0, firstTask - started.nanos()));
    }

    private static long firstTask(CompletableFuture<Long> first) throws InterruptedException, ExecutionException {
        try {
            return first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("an adapter that came has done no task in " + PATIENCE, e);
        }
    }

    private void awaitDocked(String instance, int before) {
        await("adapter " + instance + " docked again", () -> docked(instance) > before);
    }

    private int docked(String instance) {
        return storage.status().adapters().stream()
                .filter(adapter -> adapter.name().equals(instance) && adapter.phase() == DockPhase.DOCKED)
                .mapToInt(HostStatus.Adapter::id)
                .max()
                .orElse(-1);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("not in " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** Ends the load and takes all adapters away. */
    private void rest() throws Exception {
        load.stop();
        if (!storage.awaitIdle(PATIENCE)) {
            throw new IllegalStateException("tasks are still in flight after " + PATIENCE);
        }
        for (String instance : INSTANCES) {
            swapper.delete(instance);
        }
        await("all adapters gone", () -> storage.status().adapters().isEmpty());
    }

    private void finish(Leaks.Held growth, Leaks.Held secondHalf) {
        HostStatus status = storage.status();
        Event done = new Event("done")
                .with("requests", load.requests.sum())
                .with("requests_stored", load.stored.sum())
                .with("blocks_read", load.blocksRead.sum())
                .with("damaged", load.damaged.sum())
                .with("unanswered", load.unanswered.sum())
                .with("tasks_accepted", status.stores().tasksSubmitted() + status.prefetches().tasksSubmitted())
                .with("tasks_completed", status.stores().tasksCompleted() + status.prefetches().tasksCompleted())
                .with("locked", status.l1().locked())
                .with("reserved", status.l1().reserved())
                .with("other_bundles_left_active", leftActive.get())
                .with("fd_growth", growth.fds())
                .with("thread_growth", growth.threads())
                .with("classloader_growth", growth.classLoaders())
                .with("direct_memory_growth_bytes", growth.directBytes())
                .with("native_memory_growth_bytes", secondHalf.nativeBytes())
                .with("longest_submit_pause_us", TimeUnit.NANOSECONDS.toMicros(load.longestCallNanos.get()))
                .with("longest_hiccup_us", TimeUnit.NANOSECONDS.toMicros(load.hiccups.longestNanos()));
        Map<String, Long> failures = new TreeMap<>();
        status.stores().failures().forEach((cause, tasks) -> failures.merge(cause.name(), tasks, Long::sum));
        status.prefetches().failures().forEach((cause, tasks) -> failures.merge(cause.name(), tasks, Long::sum));
        failures.forEach((cause, tasks) -> done.with(SwapResult.FAILED + cause, tasks));
        report.accept(done.line());
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        firstTasks.stop();
        thread.interrupt();
        load.stop();
        thread.join(Duration.ofSeconds(2).toMillis());
    }
}
