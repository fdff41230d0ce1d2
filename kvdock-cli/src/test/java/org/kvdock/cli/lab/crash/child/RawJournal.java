package org.kvdock.cli.lab.crash.child;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.journal.EpochOpening;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/** A journal that keeps the bytes of its records, so that a test can leave one out and number the others again. */
final class RawJournal implements TaskJournal {
    // Guarded by itself; shared by the journals of one run.
    private final List<byte[]> records;
    private final Recovery recovery;

    RawJournal(List<byte[]> records) {
        this.records = records;
        TaskState before = new TaskState();
        decode(records).forEach(before::apply);
        this.recovery = EpochOpening.open(this, before, "lab", TimeSource.SYSTEM);
    }

    /** @return the records, numbered from 0 whatever their numbers were */
    static List<JournalRecord> decode(List<byte[]> records) {
        List<JournalRecord> decoded = new ArrayList<>();
        for (byte[] bytes : records) {
            ByteBuffer record = ByteBuffer.wrap(bytes.clone());
            RecordCodec.seal(record, decoded.size());
            decoded.add(RecordCodec.decode(record));
        }
        return decoded;
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
        byte[] bytes = new byte[record.remaining()];
        record.get(record.position(), bytes);
        synchronized (records) {
            records.add(bytes);
            return records.size() - 1;
        }
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        action.run(true);
    }

    @Override
    public void close() {
        // its records outlive it
    }
}
