package org.kvdock.journal.chronicle;

import java.nio.ByteBuffer;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;

/** Appends a number of records to a queue and fails from then on. */
final class FailingJournal implements TaskJournal {
    private final EpochQueue queue;
    private long sequence;
    private int left;

    FailingJournal(EpochQueue queue, long sequence, int records) {
        this.queue = queue;
        this.sequence = sequence;
        this.left = records;
    }

    @Override
    public long epoch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Recovery recovery() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long append(ByteBuffer record) {
        if (left-- == 0) {
            throw new JournalUnavailableException("journal: made to fail here");
        }
        RecordCodec.seal(record, sequence);
        queue.append(record);
        return sequence++;
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
