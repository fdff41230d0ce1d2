package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Records as bytes: sealed ones with any body, and decoded ones written again. For one thread. */
public final class RecordForms {
    private static final List<ObjectKey> KEYS = List.of(
            ObjectKey.of(new byte[] {1, 2, 3, 4}, "meta/llama", 7, 0, ""), ObjectKey.of(new byte[] {9}, "m", 0, 3, "salt"));

    private RecordForms() {}

    /** @return a record of one epoch, in every respect right but for its body, which may be anything */
    public static byte[] sealed(int type, long sequence, byte[] body) {
        byte[] header = new byte[RecordCodec.HEADER_BYTES - RecordCodec.SEALED_FROM];
        return sealed(type, sequence, header, body);
    }

    /** @param header what stands from the checksum to the body; shorter ones are filled with zeros */
    static byte[] sealed(int type, long sequence, byte[] header, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(RecordCodec.HEADER_BYTES + body.length);
        out.putShort(RecordCodec.MAGIC).put(RecordCodec.VERSION).put((byte) type).putInt(out.capacity());
        out.position(RecordCodec.SEALED_FROM).put(header, 0, Math.min(header.length, RecordCodec.HEADER_BYTES - RecordCodec.SEALED_FROM));
        out.position(RecordCodec.HEADER_BYTES).put(body).clear();
        RecordCodec.seal(out, sequence);
        return out.array();
    }

    /** @return the record as a journal would have written it, with that record's number and times */
    static byte[] written(JournalRecord record) {
        RecordHeader header = record.header();
        OneRecord journal = new OneRecord(header.sequence());
        JournalWriter writer = new JournalWriter(journal, header.epoch(), new OneMoment(header));
        if (record instanceof JournalRecord.EpochStart r) {
            writer.epochStart(r.adapter(), r.pid());
        } else if (record instanceof JournalRecord.EpochReady) {
            writer.epochReady();
        } else if (record instanceof JournalRecord.EpochEnd) {
            writer.epochEnd();
        } else if (record instanceof JournalRecord.Submitted r) {
            writer.submitted(r.taskId(), r.kind(), r.keys(), r.bytes(), r.context());
        } else if (record instanceof JournalRecord.Completed r) {
            writer.completed(
                    new TaskResult(
                            r.taskId(), r.kind(), r.outcome(), r.bitmap(), r.moved(), r.unconfirmed(), r.bytesMoved(), r.error(),
                            r.errorText()),
                    r.locking());
        } else if (record instanceof JournalRecord.Delivered r) {
            writer.delivered(r.taskIds().stream().mapToLong(Long::longValue).toArray());
        } else if (record instanceof JournalRecord.Unlocked r) {
            writer.unlocked(r.keys(), r.effective());
        } else if (record instanceof JournalRecord.KeyPublished r) {
            writer.keyPublished(r.key(), r.bytes(), r.checksum(), r.place());
        } else if (record instanceof JournalRecord.KeyRemoved r) {
            writer.keyRemoved(r.key(), r.reason());
        } else if (record instanceof JournalRecord.LeaseEnded r) {
            writer.leaseEnded(r.key(), r.locks());
        } else if (record instanceof JournalRecord.Abandoned r) {
            writer.abandoned(r.taskEpoch(), r.taskId(), r.kind());
        } else {
            writer.checkpoint(((JournalRecord.Checkpoint) record).upTo());
        }
        return journal.bytes;
    }

    /** @return one record of each type */
    public static List<JournalRecord> samples() {
        RecordHeader header = new RecordHeader(7, 1, 1_700_000_000_000_000L, 5);
        Bitmap one = Bitmap.ofWords(2, new long[] {1});
        return List.of(
                new JournalRecord.EpochStart(header, "mock", 42),
                new JournalRecord.EpochReady(header),
                new JournalRecord.Submitted(header, 3, TaskKind.STORE, KEYS, 100, Optional.of(StoreContext.whole("request", 2))),
                new JournalRecord.Submitted(header, 4, TaskKind.LOOKUP, KEYS, 0, Optional.empty()),
                new JournalRecord.Completed(
                        header, 3, TaskKind.STORE, TaskOutcome.values()[1], true, one, new Bitmap(2), Bitmap.ones(2), 50,
                        ErrorCode.values()[1], "why"),
                new JournalRecord.Delivered(header, List.of(3L, 4L)),
                new JournalRecord.Unlocked(header, KEYS, one),
                new JournalRecord.KeyPublished(header, KEYS.get(0), 100, -1, 4096),
                new JournalRecord.KeyRemoved(header, KEYS.get(1), RemovalReason.values()[0]),
                new JournalRecord.LeaseEnded(header, KEYS.get(0), 2),
                new JournalRecord.Abandoned(header, 0, 9, TaskKind.LOAD),
                new JournalRecord.Checkpoint(header, 6),
                new JournalRecord.EpochEnd(header));
    }

    /** Keeps what is appended last. */
    private static final class OneRecord implements TaskJournal {
        private final long sequence;
        private byte[] bytes;

        OneRecord(long sequence) {
            this.sequence = sequence;
        }

        @Override
        public long append(ByteBuffer record) {
            RecordCodec.seal(record, sequence);
            bytes = new byte[record.remaining()];
            record.get(bytes);
            return sequence;
        }

        @Override
        public long epoch() {
            throw new UnsupportedOperationException("the writer is told");
        }

        @Override
        public Recovery recovery() {
            throw new UnsupportedOperationException("nothing is recovered");
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            action.run(true);
        }

        @Override
        public void close() {}
    }

    private record OneMoment(RecordHeader header) implements TimeSource {
        @Override
        public long nanos() {
            return header.monoNanos();
        }

        @Override
        public long wallMicros() {
            return header.wallMicros();
        }
    }
}
