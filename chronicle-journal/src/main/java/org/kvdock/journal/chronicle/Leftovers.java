package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.journal.MalformedRecordException;

/**
 * Tidies up what a killed writer could not: room behind the last record, which every reader would have to look through,
 * parts without a record, checkpoints half written. Where anything is damaged all files stay as they are, for whoever
 * wants to look at them. Called with the directory's lock held.
 */
final class Leftovers {
    private Leftovers() {}

    /**
     * @param journal the journal
     * @param fold what it adds up to
     * @throws IOException if a directory cannot be read
     */
    static void clean(JournalDirectory journal, JournalFold fold) throws IOException {
        if (fold.damageCount() > 0) {
            return;
        }
        Path last = fold.end() == null ? null : fold.end().file();
        List<Path> parts = journal.parts();
        for (int i = parts.size() - 1; i >= 0; i--) {
            Path part = parts.get(i);
            if (last != null && last.startsWith(part)) {
                trim(last, fold.end().offset());
                break;
            }
            if (JournalReader.firstIn(part) == null) {
                Retention.deletePart(part);
            }
        }
        journal.deleteUnfinishedCheckpoints();
    }

    /**
     * After a power loss a checkpoint may know of records that the journal has lost. Their numbers do not come again,
     * so that the gap stays visible, and the checkpoint goes: it is not what the journal adds up to.
     *
     * @param journal the journal
     * @param next number that follows the last record
     * @return number that the next record gets
     * @throws IOException if the directory cannot be read or written
     */
    static long settleCheckpoints(JournalDirectory journal, long next) throws IOException {
        long settled = next;
        for (Path file : Checkpoint.files(journal)) {
            if (Checkpoint.upToOf(file) < next) {
                break;
            }
            try {
                settled = Math.max(settled, Checkpoint.read(journal, file).upTo() + 1);
            } catch (MalformedRecordException e) {
                // It says nothing that could be believed.
            }
            Files.deleteIfExists(file);
        }
        return settled;
    }

    private static void trim(Path file, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > end) {
                channel.truncate(end);
            }
        }
    }
}
