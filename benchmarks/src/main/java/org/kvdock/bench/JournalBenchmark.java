package org.kvdock.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.Durability;
import org.kvdock.journal.chronicle.JournalSettings;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;

/**
 * What a record costs in each durability mode, beside appends that are nothing but that, and what the journal costs a
 * task. Rounds of all of them take turns, so that whatever else the machine does hits all.
 */
final class JournalBenchmark implements Benchmark {
    private static final int TASKS = 60_000;
    private static final int SYNCS = 400;
    private static final int SYNCED_BYTES = 256;
    private static final int PIPELINED_TASKS = 60_000;
    private static final int WINDOW = 64;
    private static final String OFF = "off";
    private static final double LEAST_GARBAGE_BYTES = 1;

    private final Map<Durability, Histogram> appends = new EnumMap<>(Durability.class);
    private final Histogram durable = new Histogram(3);
    private final Histogram mapped = new Histogram(3);
    private final Histogram chronicle = new Histogram(3);
    private final Histogram synced = new Histogram(3);
    private final int rounds;
    private double garbageBytes;
    private int recordBytes;

    JournalBenchmark(Effort effort) {
        this.rounds = effort.rounds();
    }

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public String what() {
        return "what a record costs in each durability mode, then what the journal costs a task; " + (rounds + 1) + " rounds before the first figures";
    }

    @Override
    public void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception {
        recordBytes = recordBytes();
        notes.accept("records of " + recordBytes + " bytes on average: submission, completion, delivery of a lookup of 3 keys");
        for (int round = 0; round <= rounds; round++) {
            round();
            if (round == 0) {
                // Everything was compiled and every directory made once.
                reset();
            }
        }
        for (Durability mode : Durability.values()) {
            tell(results, "append, " + text(mode), appends.get(mode), Map.of("mapped file", mapped, "Chronicle writeBytes", chronicle));
        }
        tell(results, "durable, record", durable, Map.of(SYNCED_BYTES + " bytes + fdatasync", synced));
        results.accept(BenchResult.atMost(
                "garbage per append, process", garbageBytes, "bytes", "less than a byte", LEAST_GARBAGE_BYTES, 1));
        tasks(results);
    }

    private void round() throws Exception {
        try (ScratchDirectory directory = new ScratchDirectory()) {
            AppendFloors.mapped(directory.path(), recordBytes, 3 * TASKS, mapped);
            AppendFloors.chronicle(directory.path(), recordBytes, 3 * TASKS, chronicle);
            AppendFloors.synced(directory.path(), SYNCED_BYTES, SYNCS, synced);
            for (Durability mode : Durability.values()) {
                try (TaskJournal journal = journals(directory, mode).open(text(mode))) {
                    RecordWriter writer = new RecordWriter(journal);
                    writer.tasks(TASKS, appends.computeIfAbsent(mode, each -> new Histogram(3)));
                    if (mode == Durability.RECORD) {
                        writer.durableTasks(SYNCS, durable);
                    } else if (mode == Durability.PROCESS) {
                        garbageBytes = writer.garbage(TASKS);
                    }
                }
            }
        }
    }

    private void reset() {
        appends.values().forEach(Histogram::reset);
        List.of(durable, mapped, chronicle, synced).forEach(Histogram::reset);
    }

    private static ChronicleJournals journals(ScratchDirectory directory, Durability mode) {
        return ChronicleJournals.with(JournalSettings.at(directory.path()).with(mode));
    }

    private static String text(Durability mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static void tell(
            Consumer<BenchResult> results, String what, Histogram ours, Map<String, Histogram> floors) {
        for (double percentile : new double[] {50, 99, 99.9}) {
            String name = what + " p" + (percentile == 99.9 ? "99.9" : Integer.toString((int) percentile));
            new TreeMap<>(floors).forEach((floor, nanos) -> results.accept(BenchResult.beside(
                    name, micros(ours, percentile), "us", floor, micros(nanos, percentile))));
        }
    }

    private static double micros(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e3;
    }

    /** @return bytes that a record takes in its file, on average */
    private static int recordBytes() throws Exception {
        try (ScratchDirectory directory = new ScratchDirectory()) {
            try (TaskJournal journal = ChronicleJournals.at(directory.path()).open("sizes")) {
                new RecordWriter(journal).tasks(TASKS, new Histogram(3));
            }
            long bytes = 0;
            for (Path file : JournalDirectory.at(directory.path().resolve("sizes")).queueFiles()) {
                bytes += Files.size(file);
            }
            return (int) (bytes / (3 * TASKS));
        }
    }

    private void tasks(Consumer<BenchResult> results) throws Exception {
        Map<String, double[]> rates = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            try (ScratchDirectory directory = new ScratchDirectory()) {
                rate(rates, round, OFF, new NoJournals());
                rate(rates, round, "in memory", new MemoryJournals());
                for (Durability mode : Durability.values()) {
                    rate(rates, round, text(mode), journals(directory, mode));
                }
            }
        }
        double off = median(rates.remove(OFF));
        rates.forEach((how, all) -> {
            double rate = median(all);
            results.accept(BenchResult.beside(
                    "tasks/s, " + WINDOW + " in flight, journal " + how, rate, "tasks/s", "journal off", off));
            results.accept(BenchResult.beside(
                    "journal's part of a task, " + how, 1e6 / rate - 1e6 / off, "us", "task without a journal", 1e6 / off));
        });
    }

    private void rate(Map<String, double[]> rates, int round, String how, TaskJournals journals) {
        try (L2Adapter adapter = new InstantAdapter(AdapterSettings.DEFAULT, journals.open("tasks-" + how.replace(' ', '-')));
                TaskCaller caller = new TaskCaller(adapter)) {
            double rate = caller.pipelined(PIPELINED_TASKS, WINDOW);
            // The round before the first is for the compiler.
            if (round > 0) {
                rates.computeIfAbsent(how, each -> new double[rounds])[round - 1] = rate;
            }
        }
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
