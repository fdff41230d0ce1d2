package org.kvdock.cli.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.journal.chronicle.read.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal info}. */
@Command(name = "info", description = "Totals, and what is damaged.", mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(names = "--json", paramLabel = "FILE", description = "write the totals; - for standard output")
    private Path json;

    @Override
    public Integer call() throws UsageException, IOException {
        JsonFiles.check(json);
        List<JournalInfo> infos = new ArrayList<>();
        try (ReadingProgress progress = new ReadingProgress("read")) {
            for (JournalDirectory journal : argument.journals()) {
                infos.add(JournalInfo.of(journal, progress));
            }
        }
        JournalInfo sum = infos.size() == 1 ? infos.get(0) : JournalInfo.sum(infos);
        if (JsonFiles.isStandardOutput(json)) {
            JsonFiles.write(json, out -> write(out, sum, infos));
            return status(sum);
        }
        infos.forEach(info -> print(System.out, info));
        if (infos.size() > 1) {
            print(System.out, sum);
        }
        if (json != null) {
            JsonFiles.write(json, out -> write(out, sum, infos));
        }
        return status(sum);
    }

    private static int status(JournalInfo sum) {
        return sum.damageCount() == 0 ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    private static void print(PrintStream out, JournalInfo info) {
        out.println(info.name().equals("*") ? "all together" : info.name());
        out.printf("  records    %,d in %,d epochs%n", info.records(), info.epochs());
        out.printf("  time       %s to %s%n", RecordText.time(info.firstMicros()), RecordText.time(info.lastMicros()));
        out.printf("  tasks      %,d submitted, %,d completed (%,d failed), %,d delivered, %,d abandoned%n",
                info.submitted(), info.completed(), info.failed(), info.delivered(), info.abandoned());
        out.printf("  open       %,d tasks, %,d results that nobody fetched%n", info.openTasks(), info.undelivered());
        out.printf("  locks      %,d held, %,d given back%n", info.locksHeld(), info.unlocks());
        out.printf("  keys       %,d stored%n", info.keysStored());
        out.printf("  moved      %,d bytes%n", info.bytesMoved());
        out.printf("  damaged    %,d places%n", info.damageCount());
        if (!info.name().equals("*")) {
            info.damages().forEach(damage -> out.println("    " + damage));
        }
    }

    private static void write(JsonGenerator out, JournalInfo sum, List<JournalInfo> infos) throws IOException {
        out.writeStartObject();
        fields(out, sum);
        out.writeArrayFieldStart("journals");
        for (JournalInfo info : infos) {
            out.writeStartObject();
            out.writeStringField("name", info.name());
            fields(out, info);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void fields(JsonGenerator out, JournalInfo info) throws IOException {
        out.writeNumberField("records", info.records());
        out.writeNumberField("epochs", info.epochs());
        out.writeNumberField("submitted", info.submitted());
        out.writeNumberField("completed", info.completed());
        out.writeNumberField("failed", info.failed());
        out.writeNumberField("delivered", info.delivered());
        out.writeNumberField("unlocks", info.unlocks());
        out.writeNumberField("abandoned", info.abandoned());
        out.writeNumberField("open_tasks", info.openTasks());
        out.writeNumberField("undelivered", info.undelivered());
        out.writeNumberField("locks_held", info.locksHeld());
        out.writeNumberField("keys_stored", info.keysStored());
        out.writeNumberField("bytes_moved", info.bytesMoved());
        time(out, "first_time", info.firstMicros());
        time(out, "last_time", info.lastMicros());
        out.writeNumberField("strays", info.strays());
        out.writeNumberField("damages", info.damageCount());
        JsonFiles.damages(out, info.damages());
    }

    private static void time(JsonGenerator out, String field, long micros) throws IOException {
        if (micros < 0) {
            out.writeNullField(field);
        } else {
            out.writeStringField(field, RecordText.time(micros));
        }
    }
}
