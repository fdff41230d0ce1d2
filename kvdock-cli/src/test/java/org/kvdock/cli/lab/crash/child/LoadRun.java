package org.kvdock.cli.lab.crash.child;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.StateSnapshot;

/** The campaign's load in this process, one life after the other on one journal, each left as a kill would leave it. */
public final class LoadRun {
    private static final LoadSettings SETTINGS = new LoadSettings(7, 3, 32, 4, 64, 5, 4, 3, 3, 2, 2, 150);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<byte[]> records = new ArrayList<>();
    private final List<List<String>> diaries = new ArrayList<>();

    /**
     * @param stuckEvery of so many tasks one is left open; 0: none
     * @return this run, one life longer
     */
    public LoadRun live(int stuckEvery) throws InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Diary diary = new Diary(said);
        diary.opening();
        RawJournal journal = new RawJournal(records);
        Map<String, String> configuration = Map.of(
                "stuck_every", Integer.toString(stuckEvery), "load_timeout_ms", "600000",
                "store_timeout_ms", "600000", "lookup_timeout_ms", "600000");
        L2Adapter adapter = new KeepingAdapter.Factory().create("lab", configuration, name -> journal);
        ChildMain.tellReady(diary, adapter, journal.recovery(), 1, 1);
        Load load = new Load(adapter, diary, SETTINGS);
        load.start();
        load.awaitCalls();
        load.calm(stuckEvery == 0 ? PATIENCE : Duration.ofMillis(200));
        diary.quiet(atRest((L2AdapterBase<?>) adapter, stuckEvery));
        diaries.add(said.toString(StandardCharsets.US_ASCII).lines().toList());
        return this;
    }

    /** Waits until only those tasks are open that never end: the others may take longer than the load waits for them. */
    private static StateSnapshot atRest(L2AdapterBase<?> adapter, int stuckEvery) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        StateSnapshot now = adapter.snapshot();
        while (now.open().stream().anyMatch(id -> stuckEvery == 0 || id % stuckEvery != stuckEvery - 1)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("tasks do not end: " + now.open());
            }
            Thread.yield();
            now = adapter.snapshot();
        }
        return now;
    }

    /** @return the bytes of all records, to be changed */
    public List<byte[]> bytes() {
        return new ArrayList<>(records);
    }

    /** @return the lines of each life's diary */
    public List<List<String>> diaries() {
        return diaries;
    }

    /** @return the records, numbered from 0 whatever their numbers were */
    public static List<JournalRecord> decode(List<byte[]> bytes) {
        return RawJournal.decode(bytes);
    }
}
