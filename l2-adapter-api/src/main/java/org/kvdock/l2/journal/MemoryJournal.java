package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.JournalUnavailableException;

/**
 * A journal that keeps its records in memory: for tests, and for measuring without a file. Opening one again over the
 * same {@link Store} stands for a restart after a crash.
 */
public final class MemoryJournal implements TaskJournal {
    /** The records of one adapter, which outlive the journals opened over them. All methods are synchronized. */
    public static final class Store {
        // guarded by this
        private final List<byte[]> records = new ArrayList<>();
        private boolean broken;

        /** No records. */
        public Store() {}

        synchronized long add(ByteBuffer record) {
            if (broken) {
                throw new JournalUnavailableException("journal: broken by the test that owns it");
            }
            RecordCodec.seal(record, records.size());
            byte[] bytes = new byte[record.remaining()];
            record.get(record.position(), bytes);
            records.add(bytes);
            return records.size() - 1;
        }

        /** @return all records so far, decoded */
        public synchronized List<JournalRecord> records() {
            List<JournalRecord> decoded = new ArrayList<>(records.size());
            for (byte[] bytes : records) {
                decoded.add(RecordCodec.decode(ByteBuffer.wrap(bytes)));
            }
            return decoded;
        }

        /**
         * @param count how many
         * @return a store of the first records of this one: what a crash at that moment would have left
         */
        public synchronized Store first(int count) {
            Store store = new Store();
            store.records.addAll(records.subList(0, count));
            return store;
        }

        /** @return the fold of all records so far */
        public TaskState fold() {
            TaskState state = new TaskState();
            records().forEach(state::apply);
            return state;
        }

        /** @param broken whether appends fail from now on, as on a full disk */
        public synchronized void setBroken(boolean broken) {
            this.broken = broken;
        }
    }

    private final Store store;
    private final Recovery recovery;
    private volatile boolean closed;

    /**
     * Starts the next epoch over what the store holds.
     *
     * @param adapter the adapter instance's name
     * @param store keeps the records
     * @param time stamps the opening's records
     */
    public MemoryJournal(String adapter, Store store, TimeSource time) {
        this.store = store;
        this.recovery = EpochOpening.open(this, store.fold(), adapter, time);
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
        if (closed) {
            throw new JournalUnavailableException("journal: closed");
        }
        return store.add(record);
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        action.run(true);
    }

    @Override
    public void close() {
        closed = true;
    }
}
