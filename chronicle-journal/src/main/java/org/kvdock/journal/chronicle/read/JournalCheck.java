package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MalformedRecordException;
import org.kvdock.l2.journal.TaskState;

/**
 * A journal looked through from one end to the other: every record's checksum and number, whether the records fit
 * together, and whether each checkpoint is what the records up to it add up to.
 *
 * @param journal which
 * @param records records that were read
 * @param files queue files that were read
 * @param bytes their length together
 * @param checkpoints checkpoints that were compared with the records
 * @param strays records that do not fit the ones before
 * @param damages what is damaged, missing, or not what it must be, in order, at most {@link JournalReader#MAX_DAMAGES}
 * @param damageCount how many there were
 */
public record JournalCheck(
        JournalDirectory journal,
        long records,
        long files,
        long bytes,
        long checkpoints,
        long strays,
        List<Damage> damages,
        long damageCount) {

    /** @return whether everything is as it must be */
    public boolean isSound() {
        return damageCount == 0 && strays == 0;
    }

    /**
     * @param journal the journal; may be live
     * @param progress is told how far it has come
     * @return what was found
     * @throws IOException if a file cannot be read at all
     */
    public static JournalCheck of(JournalDirectory journal, JournalFold.Progress progress) throws IOException {
        List<Path> checkpoints = new ArrayList<>(Checkpoint.files(journal));
        long bytes = 0;
        for (Path file : journal.queueFiles()) {
            bytes += sizeOf(file);
        }
        long[] compared = new long[1];
        List<Damage> wrong = new ArrayList<>();
        JournalFold fold = JournalFold.watched(journal, progress, (state, record) -> {
            // The newest first in the list, the oldest first in the journal.
            while (!checkpoints.isEmpty()) {
                Path oldest = checkpoints.get(checkpoints.size() - 1);
                if (Checkpoint.upToOf(oldest) > record.header().sequence()) {
                    return;
                }
                checkpoints.remove(checkpoints.size() - 1);
                if (Checkpoint.upToOf(oldest) == record.header().sequence() && compare(journal, oldest, state, wrong)) {
                    compared[0]++;
                }
            }
        });
        wrong.addAll(fold.damages());
        return new JournalCheck(
                journal,
                fold.read(),
                journal.queueFiles().size(),
                bytes,
                compared[0],
                fold.state().strays(),
                List.copyOf(wrong),
                wrong.size() + fold.damageCount() - fold.damages().size());
    }

    private static boolean compare(JournalDirectory journal, Path file, TaskState state, List<Damage> wrong)
            throws IOException {
        if (!Files.exists(file)) {
            // a newer one has taken its place
            return false;
        }
        try {
            if (!same(Checkpoint.read(journal, file).state(), state)) {
                wrong.add(new Damage(file, 0, "checkpoint: not what the records up to it add up to"));
            }
            return true;
        } catch (MalformedRecordException e) {
            wrong.add(new Damage(file, 0, "checkpoint: " + e.getMessage()));
            return false;
        }
    }

    private static boolean same(TaskState a, TaskState b) {
        return a.snapshot().equals(b.snapshot())
                && a.openTasks().equals(b.openTasks())
                && a.candidates().equals(b.candidates())
                && a.keys().equals(b.keys())
                && a.nextSequence() == b.nextSequence()
                && a.counters().records() == b.counters().records()
                && a.counters().completed() == b.counters().completed()
                && a.counters().delivered() == b.counters().delivered()
                && a.counters().bytesMoved() == b.counters().bytesMoved();
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Sees each record once it is folded. */
    @FunctionalInterface
    interface Watcher {
        void folded(TaskState state, JournalRecord record) throws IOException;
    }
}
