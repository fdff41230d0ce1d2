package org.kvdock.cli.lab.crash.child;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.kvdock.cli.component.Event;
import org.kvdock.cli.launch.Channels;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.base.ConfigReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * A small load on a whole host: threads write requests and fetch them again. The diary says which completions the
 * adapter has told, and which chunks the host has said are stored.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = HostLoad.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class HostLoad implements L2AdapterListener {
    /** PID of the configuration: {@link LoadSettings}, and {@link #DIARY}. */
    public static final String PID = "org.kvdock.lab.crash.load";
    /** Key of the diary's file. */
    public static final String DIARY = "diary";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StorageManager storage;
    private final LoadSettings settings;
    private final FileOutputStream out;
    private final Diary diary;
    private final AutoCloseable listening;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param storage the host's
     * @param adapter the one that the host stores to
     * @param report takes events
     * @param configuration as above
     * @throws IOException if the diary cannot be begun
     */
    @Activate
    public HostLoad(
            @Reference StorageManager storage,
            @Reference(target = "(" + L2Adapter.NAME_PROPERTY + "=" + ChildMain.ADAPTER_NAME + ")") L2Adapter adapter,
            @Reference(target = "(" + Channels.CHANNEL + "=" + Channels.REPORT + ")") Consumer<String> report,
            Map<String, Object> configuration)
            throws IOException {
        ConfigReader config = ConfigReader.of(configuration);
        this.storage = storage;
        this.settings = LoadSettings.read(config);
        Path file = Path.of(config.text(DIARY, null, "the diary's file"));
        this.out = new FileOutputStream(file.toFile(), true);
        this.diary = new Diary(out);
        this.listening = adapter.addListener(this);
        diary.ready(adapter.status().epoch(), -1, -1, List.of(), List.of(), List.of(), 0);
        for (int t = 1; t <= settings.threads(); t++) {
            int number = t;
            Thread thread = new Thread(() -> run(number), "lab-host-load-" + t);
            threads.add(thread);
            thread.start();
        }
        report.accept(new Event("ready").line());
    }

    @Override
    public void taskCompleted(TaskResult result) {
        diary.saw(result);
    }

    private void run(int thread) {
        SplittableRandom random = new SplittableRandom(settings.seed() + thread).split();
        try {
            for (int call = 0; call < settings.calls() && !stopped; call++) {
                int first = random.nextInt(settings.keys());
                List<Integer> keys = new ArrayList<>();
                for (int i = random.nextInt(settings.keysPerTask() + 1); i >= 0; i--) {
                    keys.add((first + i) % settings.keys());
                }
                try {
                    if (random.nextBoolean()) {
                        write(thread, keys);
                    } else {
                        read(thread, keys);
                    }
                } catch (L2Exception e) {
                    diary.refused(thread, e);
                }
            }
        } catch (InterruptedException e) {
            // The host stops.
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("a request was not answered: " + e);
        }
    }

    private void write(int thread, List<Integer> keys) throws InterruptedException, ExecutionException, TimeoutException {
        diary.writing(thread, keys);
        RequestWriter writer = storage.write("write-" + thread, LabKeys.keys(keys), settings.chunkBytes());
        try {
            for (int i = writer.prefixHits(); i < keys.size(); i++) {
                writer.put(i, chunk -> chunk.put(new byte[chunk.remaining()]));
            }
            RequestStored stored = await(writer.finish());
            diary.over(thread, stored.stored());
        } finally {
            writer.abort();
        }
    }

    private void read(int thread, List<Integer> keys) throws InterruptedException, ExecutionException, TimeoutException {
        await(storage.prefetch("read-" + thread, LabKeys.keys(keys), settings.chunkBytes(), PATIENCE.dividedBy(2))).close();
    }

    private static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Deactivate
    void deactivate() throws Exception {
        stopped = true;
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join(Duration.ofSeconds(1).toMillis());
        }
        listening.close();
        out.close();
    }
}
