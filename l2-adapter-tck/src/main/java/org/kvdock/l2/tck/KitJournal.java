package org.kvdock.l2.tck;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MemoryJournal;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;

/**
 * A journal in memory that a test can watch, hold (as if the disk were slow to sync) and break (as if it were full).
 * Fields are guarded by this object's monitor; durability actions run outside it.
 */
public final class KitJournal implements TaskJournal {
    private final MemoryJournal memory;
    private final MemoryJournal.Store store;
    private final List<DurabilityAction> held = new ArrayList<>();
    private boolean holding;
    private Predicate<RecordType> refusing = type -> false;
    private Predicate<RecordType> crashing = type -> false;

    KitJournal(MemoryJournal memory, MemoryJournal.Store store) {
        this.memory = memory;
        this.store = store;
    }

    @Override
    public long epoch() {
        return memory.epoch();
    }

    @Override
    public Recovery recovery() {
        return memory.recovery();
    }

    @Override
    public long append(ByteBuffer record) {
        RecordType type = RecordCodec.typeOf(record);
        synchronized (this) {
            if (crashing.test(type)) {
                throw new KitError("the test wants an Error at a " + type + " record");
            }
            if (refusing.test(type)) {
                throw new JournalUnavailableException("the test wants no " + type + " record");
            }
            long position = memory.append(record);
            notifyAll();
            return position;
        }
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        synchronized (this) {
            if (holding) {
                held.add(action);
                notifyAll();
                return;
            }
        }
        action.run(true);
    }

    @Override
    public void close() {
        release(false);
        memory.close();
    }

    /** From now on nothing gets durable until {@link #release}. */
    public synchronized void hold() {
        holding = true;
    }

    /** @param durable whether the sync that everybody waits for succeeds */
    public void release(boolean durable) {
        List<DurabilityAction> now;
        synchronized (this) {
            holding = false;
            now = List.copyOf(held);
            held.clear();
        }
        now.forEach(action -> action.run(durable));
    }

    /** From now on appends of these types throw {@link JournalUnavailableException}. */
    public synchronized void refuse(Predicate<RecordType> types) {
        refusing = types;
    }

    /** From now on appends of these types throw an {@link Error} in the thread that appends. */
    public synchronized void crash(Predicate<RecordType> types) {
        crashing = types;
    }

    void heal() {
        refuse(type -> false);
        crash(type -> false);
        release(true);
    }

    /** @return all records so far, over all epochs */
    public List<JournalRecord> records() {
        return store.records();
    }

    /** @return how many records there are so far that say this */
    public long count(Class<? extends JournalRecord> type) {
        return KitJournals.count(records(), type);
    }

    /** @return the fold of all records so far */
    public TaskState fold() {
        return store.fold();
    }

    /**
     * Waits until so many records of a type are there.
     *
     * @throws AssertionError if they do not come in time
     */
    public void await(Class<? extends JournalRecord> type, long count) {
        await(count + " " + type.getSimpleName() + " records", () -> count(type) >= count);
    }

    /** Waits until so many completions wait for {@link #release}. */
    public void awaitHeld(int count) {
        await(count + " completions to wait for the disk", () -> held.size() >= count);
    }

    private synchronized void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            try {
                wait(Math.max(1, left / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }
}
