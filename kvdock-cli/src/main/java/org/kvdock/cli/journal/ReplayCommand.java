package org.kvdock.cli.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.replay.Difference;
import org.kvdock.journal.chronicle.replay.JournalReplay;
import org.kvdock.journal.chronicle.replay.ReplayOptions;
import org.kvdock.journal.chronicle.replay.ReplayReport;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.journal.NoJournals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal replay}. */
@Command(
        name = "replay",
        description = "Submit the recorded tasks again, with payloads made from their keys, and tell each difference.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(
            names = "--against",
            paramLabel = "TYPE|JAR",
            required = true,
            description = "an adapter type (mock, pd, ...), or the jar of a bundle that has one")
    private String against;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "the adapter's configuration; may be given several times")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "1 for the recorded pace, 2 for twice as fast, 0 for as fast as it goes (default)")
    private double speed;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "how long a result is waited for (default: ${DEFAULT-VALUE})")
    private int patience = 60;

    @Option(names = "--differences", paramLabel = "N", description = "how many to list (default: ${DEFAULT-VALUE})")
    private int differences = 1000;

    @Option(names = "--json", paramLabel = "FILE", description = "write the findings; - for standard output")
    private Path json;

    private record Replayed(JournalDirectory journal, ReplayReport report) {}

    @Override
    public Integer call() throws UsageException, IOException {
        JsonFiles.check(json);
        ReplayOptions options = options();
        List<JournalDirectory> journals = argument.journals();
        List<Replayed> all = new ArrayList<>();
        try (AdapterTypes types = AdapterTypes.of(against); ReadingProgress progress = new ReadingProgress("replayed")) {
            L2AdapterFactory factory = types.factory();
            checkKeys(factory);
            for (JournalDirectory journal : journals) {
                all.add(new Replayed(journal, JournalReplay.run(
                        journal,
                        epoch -> factory.create("replay-" + epoch, settings, new NoJournals()),
                        options,
                        progress)));
            }
        } catch (BadConfigurationException e) {
            throw new UsageException("--set " + e.getMessage());
        }
        if (!JsonFiles.isStandardOutput(json)) {
            all.forEach(one -> print(System.out, one));
        }
        if (json != null) {
            JsonFiles.write(json, out -> write(out, all));
        }
        return all.stream().allMatch(one -> one.report().differenceCount() == 0 && one.report().damageCount() == 0)
                ? ExitStatus.RIGHT
                : ExitStatus.FAILED;
    }

    private ReplayOptions options() throws UsageException {
        if (patience < 1) {
            throw new UsageException("--patience: " + patience + " is not allowed, must be at least 1");
        }
        if (differences < 0) {
            throw new UsageException("--differences: " + differences + " is not allowed, must be at least 0");
        }
        try {
            return new ReplayOptions(speed, Duration.ofSeconds(patience), differences);
        } catch (BadArgumentException e) {
            throw new UsageException("--" + e.getMessage());
        }
    }

    // An adapter ignores keys that it does not know, since frameworks add their own: here only a slip can add one.
    private void checkKeys(L2AdapterFactory factory) throws UsageException {
        List<String> known = factory.help().lines().map(line -> line.strip().split("\\s", 2)[0]).filter(key -> !key.isEmpty()).toList();
        for (String key : settings.keySet()) {
            if (!known.isEmpty() && !known.contains(key)) {
                throw new UsageException("--set " + key + ": is no key of " + factory.type() + ", must be one of "
                        + String.join(", ", known));
            }
        }
    }

    private static void print(PrintStream out, Replayed one) {
        ReplayReport report = one.report();
        out.printf(
                "%s: %,d tasks submitted again, %,d compared (%,d shared a key with a store), %,d without a recorded result%n",
                one.journal().name(), report.submitted(), report.compared(), report.raced(), report.unrecorded());
        out.printf(
                "  %,d keys that came otherwise; %,d bytes verified; %.1f s%n",
                report.arrivals(), report.bytesVerified(), report.nanos() / 1e9);
        report.differences().forEach(difference -> out.println("  " + difference));
        out.printf("  %,d differences%n", report.differenceCount());
        if (report.damageCount() > 0) {
            out.printf("  %,d places are damaged: journal verify tells which%n", report.damageCount());
        }
    }

    private static void write(JsonGenerator out, List<Replayed> all) throws IOException {
        out.writeStartObject();
        out.writeNumberField("differences", all.stream().mapToLong(one -> one.report().differenceCount()).sum());
        out.writeArrayFieldStart("journals");
        for (Replayed one : all) {
            ReplayReport report = one.report();
            out.writeStartObject();
            out.writeStringField("name", one.journal().name());
            out.writeNumberField("records", report.records());
            out.writeNumberField("submitted", report.submitted());
            out.writeNumberField("arrivals", report.arrivals());
            out.writeNumberField("compared", report.compared());
            out.writeNumberField("raced", report.raced());
            out.writeNumberField("unrecorded", report.unrecorded());
            out.writeNumberField("bytes_verified", report.bytesVerified());
            out.writeNumberField("wall_seconds", report.nanos() / 1e9);
            out.writeNumberField("damages", report.damageCount());
            out.writeArrayFieldStart("differences");
            for (Difference difference : report.differences()) {
                out.writeStartObject();
                out.writeNumberField("epoch", difference.epoch());
                out.writeNumberField("task", difference.taskId());
                out.writeStringField("kind", difference.kind().name());
                out.writeStringField("what", difference.what());
                out.writeStringField("recorded", difference.recorded());
                out.writeStringField("replayed", difference.replayed());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
