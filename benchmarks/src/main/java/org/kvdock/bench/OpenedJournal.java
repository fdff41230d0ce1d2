package org.kvdock.bench;

import java.nio.file.Path;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.journal.TaskJournal;

/** Opens the journal that {@link LargeJournal} left, in a process of its own, as a host does after a crash. */
final class OpenedJournal {
    /** Only reads what opening reads. */
    static final String FOLD = "fold";
    /** Opens it for writing. */
    static final String OPEN = "open";

    private OpenedJournal() {}

    /** @param arguments the journals' root, {@value #FOLD} or {@value #OPEN} */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        long start = System.nanoTime();
        if (arguments[1].equals(FOLD)) {
            JournalDirectory journal = JournalDirectory.at(root.resolve(LargeJournal.ADAPTER));
            // A writer that was killed early has not got to one.
            for (Path newest : Checkpoint.files(journal).stream().limit(1).toList()) {
                Checkpoint.read(journal, newest);
            }
            long checkpoint = System.nanoTime();
            JournalFold fold = JournalFold.fromCheckpoint(journal);
            long whole = System.nanoTime();
            System.out.println((checkpoint - start) / 1000 + " " + (whole - checkpoint) / 1000 + " "
                    + fold.state().counters().records() + " " + fold.read() + " " + fold.damageCount());
        } else {
            try (TaskJournal journal = ChronicleJournals.at(root).open(LargeJournal.ADAPTER)) {
                long open = System.nanoTime();
                System.out.println((open - start) / 1000 + " " + journal.recovery().abandoned().size() + " "
                        + journal.recovery().candidates().size());
            }
        }
    }
}
