package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * Fills a small disk of its own while it keeps a journal on it. Prints {@code ok} and what it saw, or whatever went
 * wrong. In mode {@code reserved} room is taken ahead, as always; in mode {@code mapped} it is not, so that the append
 * itself hits the page that has no room: the JVM drops what is written there and tells it late, and the append must tell
 * it all the same. The promises are the same in both.
 */
public final class FullDiskProgram {
    private static final int KEYS = 3;

    private final Path disk;
    private final ChronicleJournals journals;
    private final Set<Long> open = new HashSet<>();
    private long accepted;
    private long completed;

    private FullDiskProgram(Path disk, boolean reserved) {
        this.disk = disk;
        Disk how = reserved ? Disk.REAL : new Disk() {
            @Override
            public boolean reserve(Path file, long from, long bytes) {
                return true;
            }

            @Override
            public boolean isFirm(Path directory) {
                return false;
            }
        };
        this.journals = ChronicleJournals.with(JournalSettings.at(disk), TimeSource.SYSTEM, how);
    }

    /** @param arguments directory on a small disk, mode */
    public static void main(String[] arguments) {
        try {
            new FullDiskProgram(Path.of(arguments[0]), arguments[1].equals("reserved")).run();
        } catch (Throwable e) {
            System.out.println("failed " + e);
            e.printStackTrace();
        }
    }

    private void run() throws Exception {
        try (TaskJournal journal = journals.open("a")) {
            JournalWriter writer = Records.writer(journal);
            // The disk fills from elsewhere, in the middle of work.
            work(writer, 1000);
            Path filler = fill();
            long before = accepted;
            workUntilRefused(writer);
            completeAll(writer);
            long refused = accepted;
            Files.delete(filler);
            Await.until("takes tasks again", () -> {
                work(writer, 1);
                return accepted > refused;
            });
            work(writer, 1000);
            completeAll(writer);
            System.out.println("accepted " + before + ", " + (refused - before) + " on the full disk, then "
                    + (accepted - refused));
        }
        check();
        Path filler = fill();
        try {
            journals.open("a").close();
            throw new AssertionError("opened without room");
        } catch (JournalUnavailableException e) {
            System.out.println(e.getMessage());
        }
        Files.delete(filler);
        try (TaskJournal journal = journals.open("a")) {
            if (journal.recovery().abandoned().size() != accepted - completed) {
                throw new AssertionError(journal.recovery().abandoned().size() + " abandoned");
            }
        }
        System.out.println("ok");
    }

    /** Takes all room but a little, so that the file system's own blocks are no excuse. */
    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (; ; ) {
                out.write(block);
            }
        } catch (IOException e) {
            return filler;
        }
    }

    private void work(JournalWriter writer, int tasks) {
        for (int i = 0; i < tasks; i++) {
            try {
                Records.submit(writer, accepted, TaskKind.LOOKUP, KEYS);
                open.add(accepted++);
            } catch (JournalUnavailableException e) {
                return;
            }
        }
    }

    private void workUntilRefused(JournalWriter writer) throws Exception {
        Await.until("refused", () -> {
            long before = accepted;
            work(writer, 1000);
            completeAll(writer);
            return accepted == before;
        });
    }

    private void completeAll(JournalWriter writer) {
        for (long task : Set.copyOf(open)) {
            try {
                Records.complete(writer, task, TaskKind.LOOKUP, KEYS);
                completed++;
            } catch (JournalUnavailableException e) {
                // R3 wins over R4: the task ends all the same, and the next epoch closes it.
            }
            open.remove(task);
        }
    }

    private void check() throws IOException {
        JournalDirectory adapter = JournalDirectory.at(disk.resolve("a"));
        Set<Long> submitted = new HashSet<>();
        JournalFold fold = JournalFold.of(adapter, JournalFold.Limit.NONE, JournalFold.Progress.NONE);
        try (JournalReader reader = JournalReader.open(adapter)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                if (record instanceof JournalRecord.Submitted task && !submitted.add(task.taskId())) {
                    throw new AssertionError("twice: " + task);
                }
            }
        }
        if (submitted.size() != accepted || fold.state().counters().completed() != completed) {
            throw new AssertionError("accepted " + accepted + ", there " + submitted.size() + "; completed " + completed
                    + ", there " + fold.state().counters().completed());
        }
        if (fold.damageCount() > 0 || fold.state().strays() > 0) {
            throw new AssertionError("damages " + fold.damages() + ", strays " + fold.state().strays());
        }
    }
}
