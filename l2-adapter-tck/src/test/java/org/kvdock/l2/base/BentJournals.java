package org.kvdock.l2.base;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.l2.journal.MemoryJournal;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.journal.TimeSource;

/** A journal in memory whose every call a test can bend. */
class BentJournals implements TaskJournals {
    final MemoryJournal.Store store = new MemoryJournal.Store();
    final AtomicInteger closes = new AtomicInteger();
    private final AtomicInteger appends = new AtomicInteger();

    /** @param number of the append since the adapter opened its journal, from 1; throws what the test wants */
    void onAppend(int number, RecordType type) {}

    /** Runs the action, unless the test wants something else. */
    void whenDurable(TaskJournal.DurabilityAction action) {
        action.run(true);
    }

    int appends() {
        return appends.get();
    }

    @Override
    public TaskJournal open(String adapter) {
        MemoryJournal memory = new MemoryJournal(adapter, store, TimeSource.SYSTEM);
        return new TaskJournal() {
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
                onAppend(appends.incrementAndGet(), RecordCodec.typeOf(record));
                return memory.append(record);
            }

            @Override
            public void whenDurable(long position, DurabilityAction action) {
                BentJournals.this.whenDurable(action);
            }

            @Override
            public void close() {
                closes.incrementAndGet();
                memory.close();
            }
        };
    }
}
