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
import java.util.concurrent.locks.LockSupport;
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
    private static final long LOOK_NANOS = 100_000_000L;
    private static final int PROGRESS_EVERY = 1024;

    @Mixin
    private JournalArgument argument;

    @Mixin
    private RecordFilter filter;

    @Option(names = "--follow", description = "go on with what is written from now on; one journal only")
    private boolean follow;

    @Option(names = "--json", paramLabel = "FILE", description = "write JSON lines to this file; - for standard output")
    private Path json;

    @Override
    public Integer call() throws UsageException, IOException {
        JsonFiles.check(json);
        filter.prepare();
        List<JournalDirectory> journals = argument.journals();
        if (follow && journals.size() > 1) {
            throw new UsageException("--follow: there are " + journals.size() + " journals, must be one");
        }
        Function<JournalRecord, String> form = json == null ? RecordText::line : RecordJson::line;
        StandardOutput terminal = new StandardOutput();
        OutputStream target = json == null || JsonFiles.isStandardOutput(json) ? terminal : Files.newOutputStream(json);
        int damages = 0;
        try (ReadingProgress progress = progress();
                Writer out = new BufferedWriter(new OutputStreamWriter(target, StandardCharsets.UTF_8), 1 << 16)) {
            for (JournalDirectory journal : journals) {
                if (json == null && journals.size() > 1) {
                    out.write("# " + journal.name() + '\n');
                }
                damages += follow ? follow(journal, form, out, terminal) : dump(journal, form, out, terminal, progress);
            }
        }
        return damages == 0 ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    // Lines that go to a terminal are progress enough.
    private ReadingProgress progress() {
        boolean seen = Boolean.getBoolean("kvdock.output.terminal") && (json == null || JsonFiles.isStandardOutput(json));
        return seen || follow ? null : new ReadingProgress("dumped");
    }

    private int dump(
            JournalDirectory journal, Function<JournalRecord, String> form, Writer out, StandardOutput terminal,
            ReadingProgress progress)
            throws IOException {
        long read = 0;
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next();
                    record != null && !terminal.isUnread() && !filter.isPast(record);
                    record = reader.next()) {
                write(record, form, out);
                if (++read % PROGRESS_EVERY == 0 && progress != null) {
                    progress.at(read, reader.filesRead(), reader.files().size());
                }
            }
            for (Damage damage : reader.damages()) {
                System.err.println("damaged: " + damage);
            }
            return reader.damages().size();
        }
    }

    /** Ends with the process, or when nobody reads any more. */
    private int follow(
            JournalDirectory journal, Function<JournalRecord, String> form, Writer out, StandardOutput terminal)
            throws IOException {
        try (JournalReader reader = JournalReader.follow(journal)) {
            while (!terminal.isUnread()) {
                JournalRecord record = reader.next();
                if (record != null) {
                    write(record, form, out);
                } else {
                    out.flush();
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            return reader.damages().size();
        }
    }

    private void write(JournalRecord record, Function<JournalRecord, String> form, Writer out) throws IOException {
        if (filter.fits(record)) {
            out.write(form.apply(record));
            out.write('\n');
        }
    }
}
