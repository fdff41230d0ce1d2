package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.base.LockHeldException;
import org.kvdock.l2.base.ProcessLock;
import org.kvdock.l2.journal.EpochOpening;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * One adapter's journal. Opening it takes the directory's lock, folds what the epochs before left from their last
 * checkpoint on, and begins a part of its own for the new epoch.
 */
final class ChronicleJournal implements TaskJournal {
    private static final System.Logger LOG = System.getLogger(ChronicleJournal.class.getName());

    private final ProcessLock lock;
    private final PartChain chain;
    private final Recovery recovery;
    private final Keeper keeper;
    // null where nobody waits for the disk
    private final Syncer syncer;
    private final boolean waits;
    private final Runnable onClose;
    private boolean closed;

    private ChronicleJournal(
            String adapter,
            JournalSettings settings,
            TimeSource time,
            Disk disk,
            ProcessLock lock,
            JournalDirectory directory,
            PartChain chain,
            long epoch,
            JournalFold before,
            Runnable onClose)
            throws IOException {
        this.lock = lock;
        this.chain = chain;
        this.onClose = onClose;
        Path first = chain.goOn();
        this.recovery = EpochOpening.open(this, before.state(), epoch, adapter, time);
        Checkpointer checkpointer =
                new Checkpointer(directory, chain, before, first, new JournalWriter(this, time), settings);
        Retention retention = new Retention(directory, settings.retainFor(), settings.retainBytes(), time);
        this.waits = settings.durability() == Durability.RECORD;
        this.syncer = settings.durability() == Durability.PROCESS ? null : new Syncer(adapter, chain, settings);
        this.keeper = new Keeper(adapter, chain, checkpointer, retention);
    }

    /**
     * @param adapter a name that was checked
     * @param settings how to keep it
     * @param time stamps the opening's records and decides when files roll
     * @param disk what may fail
     * @param onClose run once, when the journal is closed
     * @return the journal in its new epoch
     * @throws JournalUnavailableException if another writer has it open, or it cannot be written
     */
    static ChronicleJournal open(
            String adapter, JournalSettings settings, TimeSource time, Disk disk, Runnable onClose) {
        JournalDirectory directory = JournalDirectory.at(settings.root().resolve(adapter));
        try {
            Files.createDirectories(directory.path());
        } catch (IOException e) {
            throw new JournalUnavailableException("journal " + adapter + ": cannot make " + directory + ": " + e, e);
        }
        ProcessLock lock = lock(adapter, directory);
        PartChain chain = null;
        boolean open = false;
        try {
            JournalFold before = JournalFold.fromCheckpoint(directory);
            before.damages().forEach(damage -> LOG.log(System.Logger.Level.WARNING, "journal " + adapter + ": " + damage));
            long epoch = nextEpoch(directory, before);
            Leftovers.clean(directory, before);
            long next = Leftovers.settleCheckpoints(directory, before.state().nextSequence());
            chain = new PartChain(adapter, directory, epoch, next, settings, time, disk);
            ChronicleJournal journal = new ChronicleJournal(
                    adapter, settings, time, disk, lock, directory, chain, epoch, before, onClose);
            open = true;
            return journal;
        } catch (JournalUnavailableException e) {
            throw e;
        } catch (IOException | RuntimeException | InternalError e) {
            throw new JournalUnavailableException("journal " + adapter + ": cannot open " + directory + ": " + e, e);
        } finally {
            if (!open) {
                if (chain != null) {
                    chain.close();
                    chain.closeLeaving();
                }
                lock.close();
            }
        }
    }

    // One writer for each journal, over all processes.
    private static ProcessLock lock(String adapter, JournalDirectory directory) {
        try {
            return ProcessLock.take(directory.lockFile());
        } catch (LockHeldException e) {
            throw new JournalUnavailableException(
                    "journal " + adapter + ": " + directory + " is open for writing in " + e.holder(), e);
        } catch (IOException e) {
            throw new JournalUnavailableException("journal " + adapter + ": " + directory + " cannot be locked: " + e, e);
        }
    }

    // An opening that was killed may have left a directory and no record in it; its number does not come again.
    private static long nextEpoch(JournalDirectory directory, JournalFold before) throws IOException {
        List<Long> epochs = directory.epochs();
        long last = epochs.isEmpty() ? -1 : epochs.get(epochs.size() - 1);
        return Math.max(before.state().epoch(), last) + 1;
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
        return chain.append(record);
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        if (waits) {
            syncer.whenDurable(position, action);
        } else {
            action.run(true);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            keeper.stop();
            chain.close();
            if (syncer != null) {
                syncer.stop();
            }
            chain.closeLeaving();
        } finally {
            lock.close();
            onClose.run();
        }
    }
}
