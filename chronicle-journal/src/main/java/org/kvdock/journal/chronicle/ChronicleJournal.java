package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.EpochOpening;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * One adapter's journal. Opening it takes the directory's lock, folds what the epochs before left, and begins a queue
 * of its own for the new epoch.
 *
 * <p>One lock, {@code appending}, makes the order of sequence numbers the order of the queue; readers never take it.
 */
final class ChronicleJournal implements TaskJournal {
    private static final System.Logger LOG = System.getLogger(ChronicleJournal.class.getName());

    private final String adapter;
    private final DirectoryLock lock;
    private final Runnable onClose;
    private final Recovery recovery;

    private final Object appending = new Object();
    // guarded by appending
    private final EpochQueue queue;
    private long nextSequence;
    private boolean closed;

    private ChronicleJournal(
            String adapter, DirectoryLock lock, EpochQueue queue, JournalFold before, long epoch, TimeSource time, Runnable onClose) {
        this.adapter = adapter;
        this.lock = lock;
        this.queue = queue;
        this.onClose = onClose;
        this.nextSequence = before.state().nextSequence();
        this.recovery = EpochOpening.open(this, before.state(), epoch, adapter, time);
    }

    /**
     * @param adapter a name that was checked
     * @param settings how to keep it
     * @param time stamps the opening's records and decides when files roll
     * @param onClose run once, when the journal is closed
     * @return the journal in its new epoch
     * @throws JournalUnavailableException if another writer has it open, or it cannot be written
     */
    static ChronicleJournal open(String adapter, JournalSettings settings, TimeSource time, Runnable onClose) {
        JournalDirectory directory = JournalDirectory.at(settings.root().resolve(adapter));
        try {
            Files.createDirectories(directory.path());
        } catch (IOException e) {
            throw new JournalUnavailableException("journal " + adapter + ": cannot make " + directory + ": " + e, e);
        }
        DirectoryLock lock = DirectoryLock.take(adapter, directory.lockFile());
        EpochQueue queue = null;
        boolean open = false;
        try {
            JournalFold before = JournalFold.of(directory, JournalFold.Limit.NONE, JournalFold.Progress.NONE);
            before.damages().forEach(damage -> LOG.log(System.Logger.Level.WARNING, "journal " + adapter + ": " + damage));
            trimLast(before);
            // An opening that was killed may have left a directory and no record in it.
            List<Long> epochs = directory.epochs();
            long last = epochs.isEmpty() ? -1 : epochs.get(epochs.size() - 1);
            long epoch = Math.max(before.state().epoch(), last) + 1;
            Path place = directory.epochDirectory(epoch);
            queue = EpochQueue.create(place, settings.roll(), time);
            ChronicleJournal journal = new ChronicleJournal(adapter, lock, queue, before, epoch, time, onClose);
            open = true;
            return journal;
        } catch (JournalUnavailableException e) {
            throw e;
        } catch (IOException | RuntimeException | InternalError e) {
            throw new JournalUnavailableException("journal " + adapter + ": cannot open " + directory + ": " + e, e);
        } finally {
            if (!open) {
                if (queue != null) {
                    queue.close();
                }
                lock.close();
            }
        }
    }

    // A writer that was killed could not do it. Damage is left as it is, for whoever wants to look at it.
    private static void trimLast(JournalFold before) throws IOException {
        if (before.end() != null && before.damageCount() == 0) {
            EpochQueue.trim(before.end().file(), before.end().offset());
        }
    }

    @Override
    public long epoch() {
        return recovery.epoch();
    }

    @Override
    public Recovery recovery() {
        return recovery;
    }

    @Override
    public long append(ByteBuffer record) {
        synchronized (appending) {
            if (closed) {
                throw new JournalUnavailableException("journal " + adapter + ": closed");
            }
            RecordCodec.seal(record, nextSequence);
            try {
                queue.append(record);
            } catch (RuntimeException | InternalError e) {
                // A mapped page without room on its disk throws InternalError.
                throw new JournalUnavailableException("journal " + adapter + ": cannot append: " + e, e);
            }
            return nextSequence++;
        }
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        action.run(true);
    }

    @Override
    public void close() {
        synchronized (appending) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                queue.close();
            } finally {
                lock.close();
            }
        }
        onClose.run();
    }
}
