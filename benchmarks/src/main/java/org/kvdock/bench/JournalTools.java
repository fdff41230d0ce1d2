package org.kvdock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the journal commands take for a journal of many records: the time of the whole process, and the most memory that
 * it ever had, which must not grow with the records.
 */
final class JournalTools {
    /** The heap, and what a JVM needs beside it. */
    private static final double MOST_MIB = 1024;
    private static final double MIB = 1 << 20;
    private static final long PATIENCE_SECONDS = 300;

    private final Path root;
    private final long records;

    JournalTools(Path root, long records) {
        this.root = root;
        this.records = records;
    }

    void run(Consumer<BenchResult> results) throws IOException, InterruptedException {
        Path out = root.resolve("out");
        measure(results, "info");
        measure(results, "verify");
        measure(results, "state", "--at", Long.toString(records));
        measure(results, "export", "--out", out.toString());
        measure(results, "dump", "--json", out.toString());
        measure(results, "replay", "--against", "mock", "--set", "max_size_gb=0.2");
        Files.deleteIfExists(out);
    }

    private void measure(Consumer<BenchResult> results, String command, String... options)
            throws IOException, InterruptedException {
        Path told = root.resolve("told");
        List<String> arguments = new ArrayList<>(List.of(told.toString(), "journal", command));
        arguments.addAll(List.of(options));
        arguments.add(root.resolve(LargeJournal.ADAPTER).toString());
        long start = System.nanoTime();
        Process process = OpenBenchmark.java(ToolProgram.class, arguments.toArray(String[]::new));
        try {
            // What it says is not much: records go to a file.
            String said = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("journal " + command + " failed: " + said);
            }
        } finally {
            process.destroyForcibly();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double mib = Long.parseLong(Files.readString(told)) / MIB;
        Files.delete(told);
        results.accept(BenchResult.alone(String.format("journal %s, %,d records", command, records), seconds, "s"));
        results.accept(BenchResult.atMost("its memory, at the most", mib, "MiB", "allowed", MOST_MIB, 1));
    }
}
