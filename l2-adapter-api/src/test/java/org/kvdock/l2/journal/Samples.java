package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Records of every type, and a journal that keeps their bytes. */
final class Samples {
    static final TimeSource TIME = new TimeSource() {
        @Override
        public long nanos() {
            return 0x1122334455667788L;
        }

        @Override
        public long wallMicros() {
            return 1_700_000_000_000_000L;
        }
    };

    private Samples() {}

    static ObjectKey key(int number) {
        return ObjectKey.of(new byte[] {(byte) number, (byte) (number >> 8)}, "model-ü", number, number, number % 2 == 0 ? "" : "s");
    }

    static List<ObjectKey> keys(int count) {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(key(i));
        }
        return keys;
    }

    static Bitmap bits(int length, int... set) {
        Bitmap map = new Bitmap(length);
        for (int bit : set) {
            map.set(bit);
        }
        return map;
    }

    static TaskResult result(long id, TaskKind kind, Bitmap bitmap) {
        return result(id, kind, TaskOutcome.SUCCESS, bitmap);
    }

    static TaskResult result(long id, TaskKind kind, TaskOutcome outcome, Bitmap bitmap) {
        boolean good = outcome == TaskOutcome.SUCCESS;
        return new TaskResult(
                id, kind, outcome, bitmap, new Bitmap(bitmap.length()), new Bitmap(bitmap.length()), bitmap.count() * 10L,
                good ? ErrorCode.NONE : ErrorCode.PEER_LOST, good ? "" : "gone: größer 😀");
    }

    /** Appends one record of every type, with every optional part there and not there. */
    static void writeAll(JournalWriter writer) {
        writer.epochStart("adapter-1", 4711);
        writer.epochReady();
        writer.keyPublished(key(3), 1L << 40, 0xCAFEBABE, -1);
        writer.submitted(0, TaskKind.STORE, keys(3), 123, Optional.of(StoreContext.whole("req-1", 3)));
        writer.submitted(1, TaskKind.STORE, List.of(), 0, Optional.of(new StoreContext("r", false, 9, KvLayout.OPAQUE)));
        writer.submitted(2, TaskKind.LOOKUP, keys(70), 0, Optional.empty());
        writer.submitted(3, TaskKind.LOAD, keys(1), Long.MAX_VALUE, Optional.empty());
        writer.completed(result(0, TaskKind.STORE, Bitmap.ones(3)), false);
        writer.completed(result(1, TaskKind.STORE, TaskOutcome.CANCELLED, new Bitmap(0)), false);
        writer.completed(result(2, TaskKind.LOOKUP, bits(70, 0, 64, 69)), true);
        writer.completed(result(3, TaskKind.LOAD, TaskOutcome.TIMEOUT, new Bitmap(1)), false);
        writer.delivered(0);
        writer.delivered(1, 2, 3);
        writer.unlocked(keys(70), bits(70, 0, 64));
        writer.leaseEnded(key(69), 1);
        writer.keyRemoved(key(3), RemovalReason.DAMAGED);
        writer.abandoned(0, 17, TaskKind.LOAD);
        writer.checkpoint(12);
        writer.epochEnd();
    }

    /** Keeps each record as its sealed bytes; fails on request. */
    static final class Kept implements TaskJournal {
        final List<byte[]> records = new ArrayList<>();
        long failAfter = Long.MAX_VALUE;

        @Override
        public long epoch() {
            return 5;
        }

        @Override
        public Recovery recovery() {
            return new Recovery(5, List.of(), Map.of(), 0);
        }

        @Override
        public long append(ByteBuffer record) {
            if (records.size() >= failAfter) {
                throw new org.kvdock.l2.JournalUnavailableException("journal: died in the middle");
            }
            RecordCodec.seal(record, records.size());
            byte[] bytes = new byte[record.remaining()];
            record.get(record.position(), bytes);
            records.add(bytes);
            return records.size() - 1;
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            action.run(true);
        }

        @Override
        public void close() {}
    }
}
