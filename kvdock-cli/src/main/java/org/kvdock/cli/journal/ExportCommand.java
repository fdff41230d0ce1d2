package org.kvdock.cli.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.TimelineExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal export}. */
@Command(
        name = "export",
        description = "A timeline for Perfetto (ui.perfetto.dev): a track for each adapter and kind of task.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(names = "--out", paramLabel = "FILE", description = "default: ${DEFAULT-VALUE}")
    private Path file = Path.of("kvdock.pftrace");

    @Override
    public Integer call() throws UsageException, IOException {
        OutputFile.check("--out", file);
        var journals = argument.journals();
        TimelineExport.Summary summary;
        try (ReadingProgress progress = new ReadingProgress("exported");
                OutputStream out = Files.newOutputStream(file)) {
            summary = TimelineExport.write(journals, out, progress);
        }
        System.out.printf(
                "%,d records of %,d journals, %,d packets, %,d bytes in %s%n",
                summary.records(), journals.size(), summary.packets(), Files.size(file), file);
        if (summary.damageCount() > 0) {
            System.err.printf("%,d places are damaged: journal verify tells which%n", summary.damageCount());
        }
        return summary.damageCount() == 0 ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }
}
