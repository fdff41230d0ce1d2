package org.kvdock.l2.journal;

import static org.kvdock.l2.journal.RecordCodec.HEADER_BYTES;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * Encodes records and appends them to a journal. Safe for all threads: each encodes into its own reused buffer, so that
 * a record costs no garbage. Every method returns the record's position and throws
 * {@link JournalUnavailableException} if the journal does not have it.
 */
public final class JournalWriter {
    private static final int FIRST_BYTES = 4096;
    private static final int KEPT_BYTES = 1 << 20;
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(FIRST_BYTES));

    private final TaskJournal journal;
    private final long epoch;
    private final TimeSource time;

    /**
     * @param journal receives the records
     * @param time stamps them
     */
    public JournalWriter(TaskJournal journal, TimeSource time) {
        this(journal, journal.epoch(), time);
    }

    /** For a journal that is just being opened: its epoch is known, and it has not started it yet. */
    JournalWriter(TaskJournal journal, long epoch, TimeSource time) {
        this.journal = journal;
        this.epoch = epoch;
        this.time = time;
    }

    long epochStart(String adapter, long pid) {
        byte[] name = utf8(adapter);
        ByteBuffer out = begin(RecordType.EPOCH_START, Long.BYTES + 2 + name.length);
        out.putLong(pid);
        putText(out, name);
        return end(out);
    }

    long abandoned(long taskEpoch, long taskId, TaskKind kind) {
        ByteBuffer out = begin(RecordType.ABANDONED, 2 * Long.BYTES + 1);
        out.putLong(taskEpoch).putLong(taskId).put((byte) kind.ordinal());
        return end(out);
    }

    /** The adapter has published again every key that survived. */
    public long epochReady() {
        return end(begin(RecordType.EPOCH_READY, 0));
    }

    /** The adapter is closed in good order; nothing of this epoch follows. */
    public long epochEnd() {
        return end(begin(RecordType.EPOCH_END, 0));
    }

    /**
     * @param upTo sequence number of the last record that a checkpoint covers
     */
    public long checkpoint(long upTo) {
        return end(begin(RecordType.CHECKPOINT, Long.BYTES).putLong(upTo));
    }

    /** @see JournalRecord.Submitted */
    public long submitted(
            long taskId, TaskKind kind, List<ObjectKey> keys, long bytes, Optional<StoreContext> context) {
        byte[] request = context.isPresent() ? utf8(context.get().requestId()) : NO_BYTES;
        ByteBuffer out =
                begin(RecordType.SUBMITTED, 2 * Long.BYTES + 2 + Integer.BYTES + 2 + request.length + keyBytes(keys));
        int contextBits = context.isEmpty() ? 0 : context.get().lastBatch() ? 3 : 1;
        out.putLong(taskId).put((byte) kind.ordinal()).put((byte) contextBits).putLong(bytes);
        out.putInt(context.isPresent() ? context.get().totalChunks() : 0);
        putText(out, request);
        putKeys(out, keys);
        return end(out);
    }

    /**
     * @param result the task's result, not yet visible to anybody
     * @param locking whether each bit of its bitmap is a lock from now on
     * @see JournalRecord.Completed
     */
    public long completed(TaskResult result, boolean locking) {
        byte[] text = result.errorText().isEmpty() ? NO_BYTES : utf8(result.errorText());
        int bitmaps = RecordCodec.encodedBytes(result.bitmap())
                + RecordCodec.encodedBytes(result.moved())
                + RecordCodec.encodedBytes(result.unconfirmed());
        ByteBuffer out = begin(RecordType.COMPLETED, 2 * Long.BYTES + 4 + 2 + text.length + bitmaps);
        out.putLong(result.taskId())
                .put((byte) result.kind().ordinal())
                .put((byte) result.outcome().ordinal())
                .put((byte) (locking ? 1 : 0))
                .put((byte) result.error().number())
                .putLong(result.bytesMoved());
        putText(out, text);
        RecordCodec.putBitmap(out, result.bitmap());
        RecordCodec.putBitmap(out, result.moved());
        RecordCodec.putBitmap(out, result.unconfirmed());
        return end(out);
    }

    /** @param taskIds at least one; of tasks of this epoch whose results are about to be handed out together */
    public long delivered(long... taskIds) {
        ByteBuffer out = begin(RecordType.DELIVERED, Integer.BYTES + Long.BYTES * taskIds.length);
        out.putInt(taskIds.length);
        for (long id : taskIds) {
            out.putLong(id);
        }
        return end(out);
    }

    /** @see JournalRecord.Unlocked */
    public long unlocked(List<ObjectKey> keys, Bitmap effective) {
        ByteBuffer out = begin(RecordType.UNLOCKED, keyBytes(keys) + RecordCodec.encodedBytes(effective));
        putKeys(out, keys);
        RecordCodec.putBitmap(out, effective);
        return end(out);
    }

    /** @see JournalRecord.KeyPublished */
    public long keyPublished(ObjectKey key, long bytes, int checksum, long place) {
        ByteBuffer out = begin(RecordType.KEY_PUBLISHED, 2 * Long.BYTES + Integer.BYTES + key.encodedLength());
        key.writeTo(out.putLong(bytes).putInt(checksum).putLong(place));
        return end(out);
    }

    /** @see JournalRecord.KeyRemoved */
    public long keyRemoved(ObjectKey key, RemovalReason reason) {
        ByteBuffer out = begin(RecordType.KEY_REMOVED, 1 + key.encodedLength());
        key.writeTo(out.put((byte) reason.ordinal()));
        return end(out);
    }

    /** @see JournalRecord.LeaseEnded */
    public long leaseEnded(ObjectKey key, long locks) {
        ByteBuffer out = begin(RecordType.LEASE_ENDED, Long.BYTES + key.encodedLength());
        key.writeTo(out.putLong(locks));
        return end(out);
    }

    private static final byte[] NO_BYTES = {};

    private ByteBuffer begin(RecordType type, int bodyBytes) {
        int length = HEADER_BYTES + bodyBytes;
        if (length > RecordCodec.MAX_RECORD_BYTES) {
            throw new BadArgumentException("keys", length + " bytes in the journal", "fewer or shorter: at most "
                    + RecordCodec.MAX_RECORD_BYTES + " bytes");
        }
        ByteBuffer out = scratch(length).clear().limit(length);
        out.putShort(RecordCodec.MAGIC).put(RecordCodec.VERSION).put((byte) type.number()).putInt(length);
        // Sequence number and checksum are the journal's to stamp.
        out.putInt(0).putInt(0).putLong(0).putLong(epoch).putLong(time.wallMicros()).putLong(time.nanos());
        return out;
    }

    // A rare long record gets a buffer of its own, so that no thread keeps megabytes for ever.
    private static ByteBuffer scratch(int length) {
        ByteBuffer own = SCRATCH.get();
        if (length <= own.capacity()) {
            return own;
        }
        ByteBuffer larger = ByteBuffer.allocate(Integer.highestOneBit(length) << 1);
        if (larger.capacity() <= KEPT_BYTES) {
            SCRATCH.set(larger);
        }
        return larger;
    }

    private long end(ByteBuffer out) {
        return journal.append(out.flip());
    }

    private static int keyBytes(List<ObjectKey> keys) {
        int bytes = Integer.BYTES;
        for (int i = 0; i < keys.size(); i++) {
            bytes += keys.get(i).encodedLength();
        }
        return bytes;
    }

    private static void putKeys(ByteBuffer out, List<ObjectKey> keys) {
        out.putInt(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            keys.get(i).writeTo(out);
        }
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= RecordCodec.MAX_TEXT_BYTES) {
            return bytes;
        }
        int cut = RecordCodec.MAX_TEXT_BYTES;
        while ((bytes[cut] & 0xC0) == 0x80) {
            cut--;
        }
        return Arrays.copyOf(bytes, cut);
    }

    private static void putText(ByteBuffer out, byte[] utf8) {
        out.putShort((short) utf8.length).put(utf8);
    }
}
