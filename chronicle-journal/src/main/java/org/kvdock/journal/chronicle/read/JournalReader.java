package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.kvdock.l2.journal.JournalRecord;

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
 */
public final class JournalReader implements AutoCloseable {
    /** Most damages that are kept; more are counted only. */
    public static final int MAX_DAMAGES = 1000;

    private final List<Path> files;
    private final Iterator<Path> waiting;
    private final List<Damage> damages = new ArrayList<>();
    private long damageCount;
    private long filesRead;
    private QueueFileReader current;
    private Path currentFile;
    private Position position;
    private Position end;
    private long expected = -1;
    private boolean first = true;

    private JournalReader(List<Path> files) {
        this.files = List.copyOf(files);
        this.waiting = this.files.iterator();
    }

    /**
     * @param journal the journal; may be empty
     * @return a reader before the oldest record
     * @throws IOException if the directory cannot be listed
     */
    public static JournalReader open(JournalDirectory journal) throws IOException {
        return new JournalReader(journal.queueFiles());
    }

    /**
     * @return the next record, or null at the end
     * @throws IOException if a file cannot be read at all (permissions, hardware); damage inside a file is told by
     *     {@link #damages()} instead
     */
    public JournalRecord next() throws IOException {
        for (;;) {
            if (current == null && !openNext()) {
                return null;
            }
            JournalRecord record = current.next();
            if (record == null) {
                end = new Position(currentFile, current.end());
                current.close();
                current = null;
                continue;
            }
            position = current.position();
            checkSequence(record.header().sequence());
            return record;
        }
    }

    private boolean openNext() throws IOException {
        while (waiting.hasNext()) {
            currentFile = waiting.next();
            try {
                current = new QueueFileReader(currentFile, this::tell);
                filesRead++;
                return true;
            } catch (NoSuchFileException e) {
                // Retention took it since the directory was listed; the gap that it leaves is told by its numbers.
            }
        }
        return false;
    }

    private void checkSequence(long sequence) {
        if (first) {
            first = false;
            if (sequence != 0) {
                tell(new Damage(position.file(), position.offset(), "records 0 to " + (sequence - 1) + " are missing"));
            }
        } else if (sequence > expected) {
            tell(new Damage(
                    position.file(),
                    position.offset(),
                    "records " + expected + " to " + (sequence - 1) + " are missing"));
        } else if (sequence < expected) {
            tell(new Damage(
                    position.file(),
                    position.offset(),
                    "record " + sequence + " where record " + expected + " must be"));
        }
        expected = sequence + 1;
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

    /** @return where the last file that was read to its end has its end; null before the first */
    public Position end() {
        return end;
    }

    /** @return damages met so far, in order, at most {@value #MAX_DAMAGES}; a live view */
    public List<Damage> damages() {
        return Collections.unmodifiableList(damages);
    }

    /** @return how many damages were met so far */
    public long damageCount() {
        return damageCount;
    }

    /** @return the files that are read, in order */
    public List<Path> files() {
        return files;
    }

    /** @return how many of {@link #files()} were begun, for progress */
    public long filesRead() {
        return filesRead;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
