package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.journal.chronicle.read.Position;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskState;

/**
 * Writes checkpoints. It folds what the journal's own files say, behind the writer's back, so that the hot path pays
 * nothing for it and a checkpoint is what a reader would have made of the same files. For one thread.
 */
final class Checkpointer {
    private static final int KEPT = 2;
    private static final long AHEAD_FACTOR = 4;

    private final JournalDirectory journal;
    private final PartChain chain;
    private final JournalWriter writer;
    private final long every;
    private final boolean forceFirst;
    private final boolean synced;
    private final JournalReader reader;
    private final TaskState state;
    private long firstMicros;
    private long lastMicros;
    private Position last;
    private long lastUpTo;

    /**
     * @param before what the epochs before this one add up to; its state is taken over
     * @param first this epoch's first file
     * @param writer records that a checkpoint was written
     * @param settings how often, and whether power loss matters
     */
    Checkpointer(
            JournalDirectory journal,
            PartChain chain,
            JournalFold before,
            Path first,
            JournalWriter writer,
            JournalSettings settings)
            throws IOException {
        this.journal = journal;
        this.chain = chain;
        this.writer = writer;
        this.every = settings.checkpointEvery();
        this.forceFirst = settings.durability() != Durability.PROCESS;
        // Where records are removed, their checkpoint is all that is left of them.
        this.synced = forceFirst || !settings.retainFor().isZero() || settings.retainBytes() > 0;
        this.state = before.state();
        this.firstMicros = before.firstMicros();
        List<Path> files = Checkpoint.files(journal);
        this.lastUpTo = files.isEmpty() ? -1 : Checkpoint.upToOf(files.get(0));
        this.reader = JournalReader.followFrom(journal, first);
    }

    /**
     * Folds some of what was appended.
     *
     * @param records how many at the most
     * @return whether there is more
     * @throws IOException if a file cannot be read
     */
    boolean fold(int records) throws IOException {
        // Not past what was acknowledged by now: what stands behind may be an append that fails yet, and is cut off.
        long upTo = chain.nextSequence();
        if (state.nextSequence() >= upTo) {
            return false;
        }
        for (int left = records; left > 0; left--) {
            if (state.nextSequence() >= upTo) {
                reader.forgetAhead();
                return false;
            }
            JournalRecord record = reader.next();
            if (record == null) {
                return false;
            }
            state.apply(record);
            last = reader.position();
            lastMicros = record.header().wallMicros();
            firstMicros = firstMicros < 0 ? lastMicros : firstMicros;
        }
        return true;
    }

    /**
     * @return whether a checkpoint is to be written. Where the writer has got ahead, folding comes first for a while: the
     *     next opening reads what lies behind the last checkpoint, and writing one takes the time of many records
     */
    boolean isDue() {
        long folded = state.nextSequence() - 1 - lastUpTo;
        long ahead = chain.nextSequence() - state.nextSequence();
        return last != null && folded >= (ahead < every ? every : AHEAD_FACTOR * every);
    }

    /** @return whether anything but an earlier checkpoint's own record was folded since that checkpoint */
    boolean isWorthIt() {
        return last != null && state.nextSequence() - 1 - lastUpTo > 1;
    }

    /**
     * Writes the state as it is folded now. Where power loss matters the journal goes to disk first, so that the
     * checkpoint never knows more than its journal.
     *
     * @throws IOException if the disk refuses
     */
    void write() throws IOException {
        if (forceFirst) {
            chain.force();
        }
        long upTo = state.nextSequence() - 1;
        new Checkpoint(upTo, last, firstMicros, lastMicros, state).write(journal, synced);
        lastUpTo = upTo;
        // Nothing follows an epoch's end.
        if (!state.ended()) {
            writer.checkpoint(upTo);
        }
        prune();
    }

    /** Keeps the newest ones, and the one without which what retention has left could not be folded. */
    private void prune() throws IOException {
        List<Path> files = Checkpoint.files(journal);
        if (files.size() <= KEPT) {
            return;
        }
        long oldest = oldestRecord();
        Path base = null;
        for (Path file : files) {
            if (oldest > 0 && Checkpoint.upToOf(file) >= oldest - 1) {
                base = file;
            }
        }
        for (Path file : files.subList(KEPT, files.size())) {
            if (!file.equals(base)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private long oldestRecord() throws IOException {
        try (JournalReader oldest = JournalReader.open(journal)) {
            JournalRecord first = oldest.next();
            return first == null ? 0 : first.header().sequence();
        }
    }

    /** @return number of the oldest record that an open task needs; past every record if there is none */
    long oldestNeeded() {
        long oldest = Long.MAX_VALUE;
        for (TaskState.OpenTask task : state.openTasks().values()) {
            oldest = Math.min(oldest, task.sequence());
        }
        return oldest;
    }

    void close() {
        try {
            reader.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
