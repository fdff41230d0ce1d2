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
import org.kvdock.journal.chronicle.read.JournalCheck;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal verify}. */
@Command(
        name = "verify",
        description = "Every checksum and number, whether the records fit together, and each checkpoint against them.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(names = "--json", paramLabel = "FILE", description = "write the findings; - for standard output")
    private Path json;

    @Override
    public Integer call() throws UsageException, IOException {
        JsonFiles.check(json);
        List<JournalCheck> checks = new ArrayList<>();
        try (ReadingProgress progress = new ReadingProgress("verified")) {
            for (JournalDirectory journal : argument.journals()) {
                checks.add(JournalCheck.of(journal, progress));
            }
        }
        if (!JsonFiles.isStandardOutput(json)) {
            checks.forEach(check -> print(System.out, check));
        }
        if (json != null) {
            JsonFiles.write(json, out -> write(out, checks));
        }
        return checks.stream().allMatch(JournalCheck::isSound) ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    private static void print(PrintStream out, JournalCheck check) {
        out.printf(
                "%-6s %s: %,d records in %,d files of %,d bytes, %,d checkpoints compared%n",
                check.isSound() ? "ok" : "WRONG", check.journal().name(), check.records(), check.files(), check.bytes(),
                check.checkpoints());
        check.damages().forEach(damage -> out.println("  " + damage));
        if (check.damageCount() > check.damages().size()) {
            out.printf("  and %,d more%n", check.damageCount() - check.damages().size());
        }
        if (check.strays() > 0) {
            out.printf("  %,d records do not fit the ones before%n", check.strays());
        }
    }

    private static void write(JsonGenerator out, List<JournalCheck> checks) throws IOException {
        out.writeStartObject();
        out.writeBooleanField("sound", checks.stream().allMatch(JournalCheck::isSound));
        out.writeArrayFieldStart("journals");
        for (JournalCheck check : checks) {
            out.writeStartObject();
            out.writeStringField("name", check.journal().name());
            out.writeBooleanField("sound", check.isSound());
            out.writeNumberField("records", check.records());
            out.writeNumberField("files", check.files());
            out.writeNumberField("bytes", check.bytes());
            out.writeNumberField("checkpoints", check.checkpoints());
            out.writeNumberField("strays", check.strays());
            out.writeNumberField("damages", check.damageCount());
            JsonFiles.damages(out, check.damages());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
