package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.util.List;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.TaskState;

/**
 * What a whole journal, or its beginning, adds up to.
 *
 * @param journal which
 * @param state the fold of its records
 * @param firstMicros wall clock of the first record in microseconds since 1970, -1 if there is none
 * @param lastMicros wall clock of the last record that was folded, -1 if there is none
 * @param end where the last file has its end; null if the fold stopped before, or there is no file
 * @param damages what could not be read, in order, at most {@link JournalReader#MAX_DAMAGES}
 * @param damageCount how many damages there were
 */
public record JournalFold(
        JournalDirectory journal,
        TaskState state,
        long firstMicros,
        long lastMicros,
        Position end,
        List<Damage> damages,
        long damageCount) {
    /** Says where folding stops. */
    @FunctionalInterface
    public interface Limit {
        /** Everything is folded. */
        Limit NONE = record -> true;

        /**
         * @param record the next record
         * @return whether it still belongs to what is folded; the first that does not ends the fold
         */
        boolean includes(JournalRecord record);

        /** @return folds up to and including the record of this sequence number */
        static Limit record(long sequence) {
            return record -> record.header().sequence() <= sequence;
        }

        /** @return folds what was written up to this moment, in microseconds since 1970 */
        static Limit time(long micros) {
            return record -> record.header().wallMicros() <= micros;
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

    private static final int PROGRESS_EVERY = 1 << 16;

    /**
     * @param journal the journal
     * @param limit where to stop
     * @param progress is told how far it has come
     * @return the fold
     * @throws IOException if a file cannot be read at all
     */
    public static JournalFold of(JournalDirectory journal, Limit limit, Progress progress) throws IOException {
        TaskState state = new TaskState();
        long firstMicros = -1;
        long lastMicros = -1;
        try (JournalReader reader = JournalReader.open(journal)) {
            boolean whole = true;
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                if (!limit.includes(record)) {
                    whole = false;
                    break;
                }
                state.apply(record);
                firstMicros = firstMicros < 0 ? record.header().wallMicros() : firstMicros;
                lastMicros = record.header().wallMicros();
                if (state.counters().records() % PROGRESS_EVERY == 0) {
                    progress.at(state.counters().records(), reader.filesRead(), reader.files().size());
                }
            }
            return new JournalFold(
                    journal,
                    state,
                    firstMicros,
                    lastMicros,
                    whole ? reader.end() : null,
                    List.copyOf(reader.damages()),
                    reader.damageCount());
        }
    }
}
