package org.kvdock.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kvdock.journal.chronicle.ChronicleRuntime;

/**
 * How long a journal of ten million records takes to open after its writer was killed. Another process writes it, at
 * full speed, and is killed; a new one opens it, class loading included, as a host does that starts again.
 */
final class OpenBenchmark implements Benchmark {
    private static final double MOST_MILLIS = 2000;
    private static final long END_SECONDS = 60;

    private final long records;

    OpenBenchmark(Effort effort) {
        this.records = effort.records();
    }

    @Override
    public String name() {
        return "open";
    }

    @Override
    public String what() {
        return String.format("another process writes a journal of %,d records and is killed, a new one opens it", records);
    }

    @Override
    public void run(Consumer<BenchResult> results, Consumer<String> notes) throws Exception {
        try (ScratchDirectory directory = new ScratchDirectory()) {
            long start = System.nanoTime();
            writeAndKill(directory.path());
            double seconds = (System.nanoTime() - start) / 1e9;
            // Only read, so that what is opened below is as it was left.
            long[] read = ask(directory.path(), OpenedJournal.FOLD);
            long[] open = ask(directory.path(), OpenedJournal.OPEN);
            notes.accept(String.format(
                    "%,d records written in %.1f s, then kill -9; %,d of them after the checkpoint; %,d damages", read[2],
                    seconds, read[3], read[4]));
            notes.accept(String.format("%,d tasks abandoned, %,d keys to be stated again", open[1], open[2]));
            String name = String.format("open after kill -9, %,d records", records);
            double millis = open[0] / 1e3;
            results.accept(BenchResult.atMost(name, millis, "ms", "two seconds", MOST_MILLIS, 1));
            results.accept(BenchResult.beside("of it reading the checkpoint", read[0] / 1e3, "ms", "open", millis));
            results.accept(BenchResult.beside(
                    "of it that again and what follows it", read[1] / 1e3, "ms", "open", millis));
            new JournalTools(directory.path(), records).run(results);
        }
    }

    private void writeAndKill(Path root) throws IOException, InterruptedException {
        Process writer = java(LargeJournal.class, root.toString(), Long.toString(records));
        try (BufferedReader out = writer.inputReader()) {
            String said = out.readLine();
            if (!LargeJournal.DONE.equals(said)) {
                throw new IOException("the writer said " + said);
            }
        } finally {
            // SIGKILL, where there are signals
            writer.destroyForcibly().waitFor();
        }
    }

    private static long[] ask(Path root, String what) throws IOException, InterruptedException {
        Process reader = java(OpenedJournal.class, root.toString(), what);
        try (BufferedReader out = reader.inputReader()) {
            String said = out.readLine();
            if (said == null || !reader.waitFor(END_SECONDS, TimeUnit.SECONDS) || reader.exitValue() != 0) {
                throw new IOException("the reader said " + said);
            }
            String[] figures = said.split(" ");
            long[] all = new long[figures.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = Long.parseLong(figures[i]);
            }
            return all;
        } finally {
            reader.destroyForcibly();
        }
    }

    /** @return another JVM with this class path and the heap that {@code ./kvdock} gives its own */
    static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Dslf4j.internal.verbosity=ERROR", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return Children.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    }
}
