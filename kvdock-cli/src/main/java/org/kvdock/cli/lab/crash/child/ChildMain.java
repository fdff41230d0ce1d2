package org.kvdock.cli.lab.crash.child;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.JournalSettings;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;

/**
 * An adapter on a journal under load, in a small process that is there to be killed. The diary goes to standard output.
 * Standard input carries commands: {@code quiet} ends the load and tells the adapter's state, {@code close} closes the
 * adapter in the middle of the load. At the end of standard input the process is gone, so that it never outlives
 * whoever started it.
 */
public final class ChildMain {
    /** The adapter's name, and its journal's. */
    public static final String ADAPTER_NAME = "lab";

    private static final Duration CALM = Duration.ofSeconds(10);
    private static final int MOST_KEYS = 10_000;

    private final Diary diary;
    private final ChildSettings settings;
    private final List<Recovery> recoveries = new ArrayList<>();
    private L2Adapter adapter;
    private Load load;

    private ChildMain(Diary diary, ChildSettings settings) {
        this.diary = diary;
        this.settings = settings;
    }

    /** @param arguments as {@link ChildSettings} reads them */
    public static void main(String[] arguments) {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        try {
            ChildMain main = new ChildMain(new Diary(out), ChildSettings.of(arguments));
            main.open();
            main.obey();
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * @param key a key's number
     * @return whether an adapter that keeps its objects finds this one again after a restart
     */
    public static boolean keeps(int key) {
        return KeepingAdapter.survives(key);
    }

    private void open() {
        JournalSettings how = JournalSettings.read(ConfigReader.of(settings.journal()));
        String place = settings.trapPlace().equals(ChildSettings.ANY) ? "" : settings.trapPlace();
        Trap trap = new Trap(diary, settings.trap(), place, settings.trapNth(), settings.trapHolds());
        L2AdapterFactory factory = factory();
        diary.opening();
        long start = System.nanoTime();
        long cpuStart = cpuNanos();
        ChronicleJournals journals = ChronicleJournals.with(how, trap);
        adapter = factory.create(ADAPTER_NAME, settings.adapter(), name -> remembered(journals.open(name)));
        trap.opened();
        long micros = (System.nanoTime() - start) / 1000;
        long cpuMicros = (cpuNanos() - cpuStart) / 1000;
        tellReady(diary, adapter, recoveries.get(0), micros, cpuMicros);
        load = new Load(adapter, diary, settings.load());
        load.start();
    }

    private TaskJournal remembered(TaskJournal journal) {
        recoveries.add(journal.recovery());
        return journal;
    }

    private L2AdapterFactory factory() {
        if (settings.adapterType().equals(KeepingAdapter.TYPE)) {
            return new KeepingAdapter.Factory();
        }
        return ServiceLoader.load(L2AdapterFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.type().equals(settings.adapterType()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no adapter of type " + settings.adapterType()));
    }

    // Of all threads: a busy machine makes opening longer, and not dearer.
    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    static void tellReady(Diary diary, L2Adapter adapter, Recovery found, long micros, long cpuMicros) {
        List<String> abandoned = found.abandoned().stream()
                .map(task -> task.taskEpoch() + "/" + task.task().taskId())
                .toList();
        KeyPage stated = adapter.listKeys(Optional.empty(), MOST_KEYS);
        diary.ready(
                found.epoch(),
                micros,
                cpuMicros,
                abandoned,
                LabKeys.numbers(stated.keys()),
                LabKeys.numbers(List.copyOf(found.candidates().keySet())),
                found.locksEnded());
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String command = in.readLine(); command != null; command = in.readLine()) {
            switch (command) {
                case "quiet" -> {
                    load.calm(CALM);
                    diary.quiet(((L2AdapterBase<?>) adapter).snapshot());
                }
                case "close" -> {
                    diary.closing();
                    adapter.close();
                    diary.closed();
                }
                default -> System.err.println("not a command: " + command);
            }
        }
    }
}
