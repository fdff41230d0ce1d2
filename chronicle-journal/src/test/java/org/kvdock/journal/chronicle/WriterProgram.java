package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;

/**
 * Writes tasks as fast as it can until it is killed or its standard input ends. Prints {@code open EPOCH ABANDONED} or
 * {@code refused MESSAGE}, then the id of each task once its records are appended.
 */
public final class WriterProgram {
    private WriterProgram() {}

    /** @param arguments root directory, adapter name */
    public static void main(String[] arguments) throws IOException {
        try (TaskJournal journal = ChronicleJournals.at(Path.of(arguments[0])).open(arguments[1])) {
            System.out.println("open " + journal.epoch() + " " + journal.recovery().abandoned().size());
            JournalWriter writer = Records.writer(journal);
            AtomicBoolean asked = new AtomicBoolean();
            endOfInput(asked);
            for (long task = 0; !asked.get(); task++) {
                Records.submit(writer, task, TaskKind.STORE, (int) (task % 5));
                if (task % 3 != 0) {
                    Records.complete(writer, task, TaskKind.STORE, (int) (task % 5));
                }
                System.out.println(task);
            }
        } catch (JournalUnavailableException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    // A parent that dies closes the pipe too, so no child is left behind.
    private static void endOfInput(AtomicBoolean asked) {
        Thread watcher = new Thread(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // as good as its end
            }
            asked.set(true);
        });
        watcher.setDaemon(true);
        watcher.start();
    }
}
