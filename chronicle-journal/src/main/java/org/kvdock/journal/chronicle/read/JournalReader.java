package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MalformedRecordException;

/**
 * Reads one adapter's journal from its oldest record to the newest that was there when reading came to it. The writer
 * may be at work meanwhile; it is never waited for nor hindered. What cannot be read is told as damage and the rest is
 * still read. For one thread.
 *
 * <pre>
 *  try (JournalReader reader = JournalReader.open(journal)) {
 *      for (JournalRecord record = reader.next(); record != null; record = reader.next()) { ... }
 *      reader.damages() ...
 *  }
 * </pre>
 *
 * A reader that {@link #follow follows} the writer may be asked again after null: it goes on when more was written.
 */
public final class JournalReader implements AutoCloseable {
    /** Most damages that are kept; more are counted only. */
    public static final int MAX_DAMAGES = 1000;

    private final JournalDirectory journal;
    private final boolean following;
    private final List<Damage> damages = new ArrayList<>();
    private long damageCount;

    // Those that were there when reading began, the newest first.
    private final List<Path> checkpoints;
    private List<Path> files;
    private QueueFileReader current;
    // How many of the files are behind the reader: read, being read, or found to hold no record.
    private int passed;
    // The next file that has a record, opened to see whether the current one is still being added to.
    private QueueFileReader later;
    private JournalRecord laterRecord;
    private int laterIndex;
    private final List<Damage> laterDamages = new ArrayList<>();

    private Position position;
    private long oldest = -1;
    private long expected = -1;
    private boolean overtaken;
    private boolean everOvertaken;

    private JournalReader(JournalDirectory journal, boolean following) throws IOException {
        this.journal = journal;
        this.following = following;
        // Before the files: a checkpoint that is written meanwhile may cover more than they hold now.
        this.checkpoints = Checkpoint.files(journal);
        this.files = journal.queueFiles();
    }

    /**
     * @param journal the journal; may be empty
     * @return a reader before the oldest record
     * @throws IOException if the directory cannot be listed
     */
    public static JournalReader open(JournalDirectory journal) throws IOException {
        JournalReader reader = new JournalReader(journal, false);
        for (Path part : journal.parts()) {
            Path begun = JournalDirectory.begunMarker(part);
            // The marker comes after the file, and goes before it.
            if (Files.exists(begun) && JournalDirectory.queueFilesIn(part).isEmpty() && Files.exists(begun)) {
                reader.tell(new Damage(part, 0, "the queue file is missing"));
            }
        }
        return reader;
    }

    /**
     * @param journal the journal; may be empty
     * @return a reader before the oldest record, which goes on after the newest when more is written
     * @throws IOException if the directory cannot be listed
     */
    public static JournalReader follow(JournalDirectory journal) throws IOException {
        return new JournalReader(journal, true);
    }

    /**
     * @param journal the journal
     * @param first one of its queue files
     * @return a reader before that file's first record, which goes on after the newest when more is written
     * @throws IOException if the directory cannot be listed
     */
    public static JournalReader followFrom(JournalDirectory journal, Path first) throws IOException {
        JournalReader reader = new JournalReader(journal, true);
        reader.passed = Math.max(0, reader.files.indexOf(first));
        // What stands before is somebody else's to judge.
        reader.overtaken = true;
        return reader;
    }

    /**
     * @param journal the journal
     * @param checkpoint a checkpoint of it
     * @param following whether to go on after the newest record when more is written
     * @return a reader behind the last record that the checkpoint covers
     * @throws IOException if the files cannot be read
     * @throws MismatchException if that record is not where the checkpoint says
     */
    public static JournalReader after(JournalDirectory journal, Checkpoint checkpoint, boolean following)
            throws IOException {
        JournalReader reader = new JournalReader(journal, following);
        boolean right = false;
        try {
            right = reader.skipTo(checkpoint);
        } finally {
            if (!right) {
                reader.close();
            }
        }
        if (!right) {
            throw new MismatchException("record " + checkpoint.upTo() + " is not at " + checkpoint.at());
        }
        return reader;
    }

    /**
     * @param part one queue's directory
     * @return its first record; null if it has none
     * @throws IOException if it cannot be read
     */
    public static JournalRecord firstIn(Path part) throws IOException {
        for (Path file : JournalDirectory.queueFilesIn(part)) {
            try (QueueFileReader reader = new QueueFileReader(file, damage -> {})) {
                JournalRecord first = reader.next(true);
                if (first != null) {
                    return first;
                }
            } catch (NoSuchFileException e) {
                // gone since it was listed
            }
        }
        return null;
    }

    /**
     * @param file a queue file that nobody writes to at the moment
     * @return where its records and metadata end; -1 if it is damaged
     * @throws IOException if it cannot be read
     */
    public static long endOf(Path file) throws IOException {
        List<Damage> found = new ArrayList<>();
        try (QueueFileReader reader = new QueueFileReader(file, found::add)) {
            for (JournalRecord record = reader.next(false); record != null; record = reader.next(false)) {
                // only its end is of interest
            }
            return found.isEmpty() ? reader.end() : -1;
        }
    }

    /** A checkpoint says another thing than the queue's files: one of them comes from elsewhere or is damaged. */
    public static final class MismatchException extends IOException {
        private static final long serialVersionUID = 1L;

        MismatchException(String message) {
            super(message);
        }
    }

    private boolean skipTo(Checkpoint checkpoint) throws IOException {
        int index = files.indexOf(checkpoint.at().file());
        if (index < 0) {
            return false;
        }
        passed = index + 1;
        current = new QueueFileReader(files.get(index), this::tell);
        current.seek(checkpoint.at().offset());
        JournalRecord record = current.next(false);
        if (record == null
                || record.header().sequence() != checkpoint.upTo()
                || record.header().wallMicros() != checkpoint.lastMicros()
                || current.position().offset() != checkpoint.at().offset()) {
            return false;
        }
        position = current.position();
        oldest = record.header().sequence();
        expected = oldest + 1;
        return true;
    }

    /**
     * @return the next record, or null at the end
     * @throws IOException if a file cannot be read at all (permissions, hardware); damage inside a file is told by
     *     {@link #damages()} instead
     */
    public JournalRecord next() throws IOException {
        JournalRecord record = current == null ? null : current.next(false);
        while (record == null) {
            boolean last = later == null && !findLater();
            // Once a later file has a record nothing is added to this one any more, and its end can be looked at.
            if (current != null && (!last || !following)) {
                record = current.next(true);
            }
            if (record == null && last) {
                checkEnd();
                return null;
            }
            if (record == null) {
                record = moveToLater();
            }
        }
        position = current.position();
        checkSequence(record.header().sequence());
        return record;
    }

    /**
     * Drops what was read ahead of the records that {@link #next} has returned. For who knows that a writer may still take
     * back what stands there.
     */
    public void forgetAhead() {
        if (current != null) {
            current.forgetAhead();
        }
    }

    private boolean findLater() throws IOException {
        if (following && passed == files.size()) {
            files = journal.queueFiles();
            passed = current == null ? 0 : files.indexOf(current.file()) + 1;
        }
        for (int i = passed; i < files.size(); i++) {
            laterDamages.clear();
            QueueFileReader candidate;
            try {
                candidate = new QueueFileReader(files.get(i), laterDamages::add);
            } catch (NoSuchFileException e) {
                overtaken = true;
                everOvertaken = true;
                continue;
            }
            JournalRecord first = candidate.next(!following);
            if (first != null) {
                later = candidate;
                laterRecord = first;
                laterIndex = i;
                return true;
            }
            candidate.close();
            if (!following) {
                laterDamages.forEach(this::tell);
                passed = i + 1;
            }
        }
        return false;
    }

    private JournalRecord moveToLater() throws IOException {
        if (current != null) {
            current.close();
        }
        current = later;
        later = null;
        passed = laterIndex + 1;
        laterDamages.forEach(this::tell);
        laterDamages.clear();
        return laterRecord;
    }

    private void checkSequence(long sequence) throws IOException {
        if (oldest < 0) {
            oldest = sequence;
            if (sequence > 0 && !overtaken && coveredUpTo() < sequence - 1) {
                tellHere("records 0 to " + (sequence - 1) + " are missing");
            }
        } else if (sequence > expected && !overtaken) {
            tellHere("records " + expected + " to " + (sequence - 1) + " are missing");
        } else if (sequence < expected) {
            tellHere("record " + sequence + " where record " + expected + " must be");
        }
        expected = sequence + 1;
        overtaken = false;
    }

    /** A checkpoint that covers more than was found tells of records that are lost. */
    private void checkEnd() {
        if (following || everOvertaken) {
            return;
        }
        for (Path file : checkpoints) {
            if (Checkpoint.upToOf(file) < expected) {
                return;
            }
            try {
                long upTo = Checkpoint.read(journal, file).upTo();
                long from = Math.max(0, expected);
                tell(new Damage(
                        current == null ? journal.path() : current.file(),
                        current == null ? 0 : current.end(),
                        "records " + from + " to " + upTo + " are missing: a checkpoint covers them"));
                expected = upTo + 1;
            } catch (NoSuchFileException e) {
                // a newer one has taken its place, and its writer is alive
            } catch (MalformedRecordException | IOException e) {
                tell(new Damage(file, 0, "checkpoint: " + e.getMessage()));
            }
        }
    }

    // What retention has removed stands in a checkpoint.
    private long coveredUpTo() throws IOException {
        return Checkpoint.files(journal).stream().mapToLong(Checkpoint::upToOf).findFirst().orElse(-1);
    }

    private void tellHere(String what) {
        tell(new Damage(position.file(), position.offset(), what));
    }

    private void tell(Damage damage) {
        damageCount++;
        if (damages.size() < MAX_DAMAGES) {
            damages.add(damage);
        }
    }

    /** @return where the record that {@link #next} returned last stands; null before the first */
    public Position position() {
        return position;
    }

    /** @return number of the first record that was read, -1 before it; more than 0 where retention has removed some */
    public long oldest() {
        return oldest;
    }

    /** @return where the records of the file that is being read end, as far as it was read; null before the first */
    public Position end() {
        return current == null ? null : new Position(current.file(), current.end());
    }

    /** @return damages met so far, in order, at most {@value #MAX_DAMAGES}; a live view */
    public List<Damage> damages() {
        return Collections.unmodifiableList(damages);
    }

    /** @return how many damages were met so far */
    public long damageCount() {
        return damageCount;
    }

    /** @return the files that are read, in order, as far as they are known */
    public List<Path> files() {
        return Collections.unmodifiableList(files);
    }

    /** @return whether retention removed files that were about to be read; the records in them were left out */
    public boolean overtaken() {
        return everOvertaken;
    }

    /** @return how many of {@link #files()} were begun, for progress */
    public long filesRead() {
        return passed;
    }

    @Override
    public void close() throws IOException {
        if (later != null) {
            later.close();
            later = null;
        }
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
