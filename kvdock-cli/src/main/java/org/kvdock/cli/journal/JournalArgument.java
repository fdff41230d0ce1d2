package org.kvdock.cli.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.cli.IoReason;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import picocli.CommandLine.Parameters;

/** The directory that every journal command reads. */
final class JournalArgument {
    @Parameters(paramLabel = "DIR", description = "one adapter's journal, or a directory with several below it")
    private Path directory;

    /** @return the journals there, at least one */
    List<JournalDirectory> journals() throws UsageException {
        try {
            List<JournalDirectory> found = JournalDirectory.find(directory);
            if (found.isEmpty()) {
                throw new UsageException(directory + ": holds no journal");
            }
            return found;
        } catch (IOException e) {
            throw new UsageException(directory + ": cannot be read, must be a directory that holds a journal: " + IoReason.of(e));
        }
    }
}
