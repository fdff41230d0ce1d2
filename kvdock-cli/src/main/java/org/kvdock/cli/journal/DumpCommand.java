package org.kvdock.cli.journal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.Damage;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.journal.chronicle.read.RecordJson;
import org.kvdock.journal.chronicle.read.RecordText;
import org.kvdock.l2.journal.JournalRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal dump}. */
@Command(name = "dump", description = "Every record, one a line.", mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(names = "--json", paramLabel = "FILE", description = "write JSON lines to this file; - for standard output")
    private Path json;

    @Override
    public Integer call() throws UsageException, IOException {
        List<JournalDirectory> journals = argument.journals();
        Function<JournalRecord, String> form = json == null ? RecordText::line : RecordJson::line;
        StandardOutput terminal = new StandardOutput();
        OutputStream target = json == null || JsonFiles.isStandardOutput(json) ? terminal : Files.newOutputStream(json);
        int damages = 0;
        try (Writer out = new BufferedWriter(new OutputStreamWriter(target, StandardCharsets.UTF_8), 1 << 16)) {
            for (JournalDirectory journal : journals) {
                if (json == null && journals.size() > 1) {
                    out.write("# " + journal.name() + '\n');
                }
                damages += dump(journal, form, out, terminal);
            }
        }
        return damages == 0 ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    private static int dump(
            JournalDirectory journal, Function<JournalRecord, String> form, Writer out, StandardOutput terminal)
            throws IOException {
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null && !terminal.isUnread(); record = reader.next()) {
                out.write(form.apply(record));
                out.write('\n');
            }
            for (Damage damage : reader.damages()) {
                System.err.println("damaged: " + damage);
            }
            return reader.damages().size();
        }
    }
}
