package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MalformedRecordException;
import org.kvdock.l2.journal.RecordHeader;
import org.kvdock.l2.journal.TaskState;

/**
 * What a whole journal, or its beginning, adds up to.
 *
 * @param journal which
 * @param state the fold of its records; where retention has removed the oldest, they are in it all the same
 * @param read records that were read for it; fewer than it counts where retention has removed some or a checkpoint was
 *     used
 * @param firstMicros wall clock of the first record in microseconds since 1970, -1 if there is none
 * @param lastMicros wall clock of the last record that was folded, -1 if there is none
 * @param oldest number of the oldest record that is still there, -1 if there is none
 * @param end where the records end in the last file that has one; null if there is none
 * @param damages what could not be read, in order, at most {@link JournalReader#MAX_DAMAGES}
 * @param damageCount how many damages there were
 */
public record JournalFold(
        JournalDirectory journal,
        TaskState state,
        long read,
        long firstMicros,
        long lastMicros,
        long oldest,
        Position end,
        List<Damage> damages,
        long damageCount) {
    /** Says where folding stops. */
    @FunctionalInterface
    public interface Limit {
        /** Everything is folded. */
        Limit NONE = header -> true;

        /**
         * @param header the next record's
         * @return whether it still belongs to what is folded; the first that does not ends the fold
         */
        boolean includes(RecordHeader header);

        /** @return folds up to and including the record of this sequence number */
        static Limit record(long sequence) {
            return header -> header.sequence() <= sequence;
        }

        /** @return folds what was written up to this moment, in microseconds since 1970 */
        static Limit time(long micros) {
            return header -> header.wallMicros() <= micros;
        }
    }

    /** Is told how far a long reading has come. */
    @FunctionalInterface
    public interface Progress {
        /** Tells nobody. */
        Progress NONE = (records, file, files) -> {};

        /**
         * Called every few thousand records, on the reading thread.
         *
         * @param records records read so far
         * @param file which file is being read, from 1
         * @param files how many there are
         */
        void at(long records, long file, long files);
    }

    static final int PROGRESS_EVERY = 1 << 16;
    private static final int TRIES = 5;

    /**
     * Folds all records that are there; a checkpoint is used only for those that retention has removed.
     *
     * @param journal the journal
     * @param limit where to stop
     * @param progress is told how far it has come
     * @return the fold
     * @throws IOException if a file cannot be read at all
     * @throws BadArgumentException if the limit lies before what retention has left
     */
    public static JournalFold of(JournalDirectory journal, Limit limit, Progress progress) throws IOException {
        return of(journal, limit, progress, (state, record) -> {});
    }

    /** As {@link #of(JournalDirectory, Limit, Progress)} for everything, with somebody who looks on. */
    static JournalFold watched(JournalDirectory journal, Progress progress, JournalCheck.Watcher watcher)
            throws IOException {
        return of(journal, Limit.NONE, progress, watcher);
    }

    private static JournalFold of(
            JournalDirectory journal, Limit limit, Progress progress, JournalCheck.Watcher watcher) throws IOException {
        for (int left = TRIES; ; left--) {
            try (JournalReader reader = JournalReader.open(journal)) {
                Folding folding = new Folding(reader, new TaskState(), -1, -1, List.of(), watcher);
                JournalRecord first = reader.next();
                if (first != null && reader.oldest() > 0) {
                    folding.startFrom(base(journal, reader.oldest(), folding.damages), limit);
                }
                JournalFold fold = folding.run(journal, first, limit, progress);
                // Retention went on faster than this reader: once more, from what is left.
                if (!reader.overtaken() || left == 0) {
                    return fold;
                }
            }
        }
    }

    /**
     * Folds from the newest checkpoint that is whole; what opening needs. Damage before it is not noticed.
     *
     * @param journal the journal
     * @return the fold of all records
     * @throws IOException if a file cannot be read at all
     */
    public static JournalFold fromCheckpoint(JournalDirectory journal) throws IOException {
        List<Damage> found = new ArrayList<>();
        for (Path file : Checkpoint.files(journal)) {
            try {
                Checkpoint checkpoint = Checkpoint.read(journal, file);
                try (JournalReader reader = JournalReader.after(journal, checkpoint, false)) {
                    return new Folding(
                                    reader, checkpoint.state(), checkpoint.firstMicros(), checkpoint.lastMicros(), found,
                                    (state, record) -> {})
                            .run(journal, reader.next(), Limit.NONE, Progress.NONE);
                }
            } catch (MalformedRecordException | JournalReader.MismatchException e) {
                found.add(new Damage(file, 0, "checkpoint not used: " + e.getMessage()));
            }
        }
        JournalFold whole = of(journal, Limit.NONE, Progress.NONE);
        found.addAll(whole.damages());
        return new JournalFold(
                journal, whole.state(), whole.read(), whole.firstMicros(), whole.lastMicros(), whole.oldest(), whole.end(), found,
                found.size());
    }

    /** The oldest checkpoint that covers everything before a record. */
    private static Checkpoint base(JournalDirectory journal, long oldest, List<Damage> damages) throws IOException {
        List<Path> files = Checkpoint.files(journal);
        for (int i = files.size() - 1; i >= 0; i--) {
            if (Checkpoint.upToOf(files.get(i)) >= oldest - 1) {
                try {
                    return Checkpoint.read(journal, files.get(i));
                } catch (MalformedRecordException e) {
                    damages.add(new Damage(files.get(i), 0, "checkpoint: " + e.getMessage()));
                }
            }
        }
        return null;
    }

    private static final class Folding {
        private final JournalReader reader;
        private final JournalCheck.Watcher watcher;
        private final List<Damage> damages;
        private TaskState state;
        private long baseUpTo = -1;
        private long firstMicros;
        private long lastMicros;

        Folding(
                JournalReader reader,
                TaskState state,
                long firstMicros,
                long lastMicros,
                List<Damage> found,
                JournalCheck.Watcher watcher) {
            this.reader = reader;
            this.watcher = watcher;
            this.state = state;
            this.firstMicros = firstMicros;
            this.lastMicros = lastMicros;
            this.damages = new ArrayList<>(found);
        }

        void startFrom(Checkpoint base, Limit limit) {
            if (base == null) {
                return;
            }
            if (!limit.includes(new RecordHeader(base.upTo(), base.state().epoch(), base.lastMicros(), 0))) {
                throw new BadArgumentException(
                        "at",
                        "a moment before the oldest record that retention has left",
                        "record " + base.upTo() + " (" + RecordText.time(base.lastMicros()) + ") or later");
            }
            state = base.state();
            baseUpTo = base.upTo();
            firstMicros = base.firstMicros();
            lastMicros = base.lastMicros();
        }

        JournalFold run(JournalDirectory journal, JournalRecord first, Limit limit, Progress progress)
                throws IOException {
            long read = 0;
            for (JournalRecord record = first; record != null; record = reader.next()) {
                if (!limit.includes(record.header())) {
                    break;
                }
                read++;
                if (read % PROGRESS_EVERY == 0) {
                    progress.at(read, reader.filesRead(), reader.files().size());
                }
                // Up to it: what the base covers and retention has not removed yet.
                if (record.header().sequence() > baseUpTo) {
                    apply(record);
                    watcher.folded(state, record);
                }
            }
            damages.addAll(reader.damages());
            return new JournalFold(
                    journal, state, read, firstMicros, lastMicros, reader.oldest(), reader.end(), List.copyOf(damages),
                    damages.size() + reader.damageCount() - reader.damages().size());
        }

        private void apply(JournalRecord record) {
            state.apply(record);
            firstMicros = firstMicros < 0 ? record.header().wallMicros() : firstMicros;
            lastMicros = record.header().wallMicros();
        }
    }
}
