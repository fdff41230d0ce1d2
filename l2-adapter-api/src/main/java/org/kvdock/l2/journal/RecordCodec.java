package org.kvdock.l2.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;

/**
 * The binary layout of journal records (R16), big-endian:
 *
 * <pre>
 *  0        2         3        4          8          12         16        24      32       40      48
 *  +--------+---------+--------+----------+----------+----------+---------+-------+--------+-------+------+
 *  | magic  | version | type   | length   | CRC-32C  | reserved | seq     | epoch | wall   | mono  | body |
 *  | 'K''D' | u8 = 1  | u8     | i32, all | of bytes | i32 = 0  | i64     | i64   | micros | nanos |      |
 *  |        |         |        | bytes    | from 12  |          |         |       | i64    | i64   |      |
 *  +--------+---------+--------+----------+----------+----------+---------+-------+--------+-------+------+
 *
 *  EPOCH_START    pid i64, adapter text
 *  EPOCH_READY, EPOCH_END   -
 *  SUBMITTED      task i64, kind u8, context u8 (0 none, 1, 3 last batch), bytes i64, total chunks i32,
 *                 request text (empty without a context), keys
 *  COMPLETED      task i64, kind u8, outcome u8, locking u8, error u8, bytes moved i64,
 *                 error text, bitmap, moved, unconfirmed
 *  DELIVERED      count i32, task i64 ...
 *  UNLOCKED       keys, effective bitmap
 *  KEY_PUBLISHED  bytes i64, checksum i32, place i64, key
 *  KEY_REMOVED    reason u8, key
 *  LEASE_ENDED    locks i64, key
 *  ABANDONED      task epoch i64, task i64, kind u8
 *  CHECKPOINT     up to i64
 *
 *  text   = u16 length, UTF-8 bytes          keys = i32 count, keys as in ObjectKey
 *  bitmap = i32 bits, i64 words; or i32 -1 - bits for no bit set, i32 MIN_VALUE + bits for all set
 * </pre>
 *
 * Reading trusts nothing: every length and count is checked against the bytes that are there before memory is taken.
 */
public final class RecordCodec {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 48;
    /** Longest record in bytes. */
    public static final int MAX_RECORD_BYTES = 16 << 20;
    /** Longest text in a record in bytes; longer ones are cut when written. */
    public static final int MAX_TEXT_BYTES = 1024;

    static final short MAGIC = 'K' << 8 | 'D';
    static final byte VERSION = 1;
    static final int VERSION_AT = 2;
    static final int TYPE_AT = 3;
    static final int LENGTH_AT = 4;
    static final int CHECKSUM_AT = 8;
    static final int SEALED_FROM = 12;
    static final int SEQUENCE_AT = 16;
    static final int EPOCH_AT = 24;
    static final int WALL_AT = 32;
    static final int MONO_AT = 40;

    private static final ThreadLocal<CRC32C> CRC = ThreadLocal.withInitial(CRC32C::new);

    private RecordCodec() {}

    /**
     * Stamps a record's sequence number and checksum: the last thing done to it, under the journal's append lock.
     *
     * @param record from position to limit; position and limit stay
     * @param sequence the number
     */
    public static void seal(ByteBuffer record, long sequence) {
        int at = record.position();
        record.putLong(at + SEQUENCE_AT, sequence);
        record.putInt(at + CHECKSUM_AT, checksum(record, at, record.remaining()));
    }

    /**
     * Reads only what a record says it is, also before it is sealed; nothing else is checked.
     *
     * @param record from position to limit; position and limit stay
     * @return its type
     * @throws MalformedRecordException if there is no such type
     */
    public static RecordType typeOf(ByteBuffer record) {
        RecordType type = record.remaining() < HEADER_BYTES ? null : RecordType.of(record.get(record.position() + TYPE_AT));
        if (type == null) {
            throw new MalformedRecordException("type: none that is known, in " + record.remaining() + " bytes");
        }
        return type;
    }

    /**
     * @param record from position to limit, exactly one record; position and limit stay
     * @return the record
     * @throws MalformedRecordException if the bytes are anything else; says which field
     */
    public static JournalRecord decode(ByteBuffer record) {
        ByteBuffer in = record.slice();
        RecordType type = checkedType(in);
        RecordHeader header = new RecordHeader(
                in.getLong(SEQUENCE_AT), in.getLong(EPOCH_AT), in.getLong(WALL_AT), in.getLong(MONO_AT));
        in.position(HEADER_BYTES);
        JournalRecord decoded;
        try {
            decoded = body(type, header, in);
        } catch (BufferUnderflowException e) {
            throw new MalformedRecordException(type + " record ends inside a field");
        } catch (BadArgumentException e) {
            throw new MalformedRecordException(type + " record: " + e.getMessage());
        }
        if (in.hasRemaining()) {
            throw new MalformedRecordException(type + " record has " + in.remaining() + " bytes too many");
        }
        return decoded;
    }

    private static RecordType checkedType(ByteBuffer in) {
        int length = in.remaining();
        if (length < HEADER_BYTES || length > MAX_RECORD_BYTES) {
            throw new MalformedRecordException(
                    "length: " + length + ", must be " + HEADER_BYTES + " to " + MAX_RECORD_BYTES);
        }
        if (in.getShort(0) != MAGIC) {
            throw new MalformedRecordException("magic: not a kvdock record");
        }
        if (in.get(VERSION_AT) != VERSION) {
            throw new MalformedRecordException("version: " + in.get(VERSION_AT) + ", must be " + VERSION);
        }
        if (in.getInt(LENGTH_AT) != length) {
            throw new MalformedRecordException("length: says " + in.getInt(LENGTH_AT) + ", has " + length);
        }
        if (in.getInt(CHECKSUM_AT) != checksum(in, 0, length)) {
            throw new MalformedRecordException("checksum: does not match");
        }
        RecordType type = RecordType.of(in.get(TYPE_AT));
        if (type == null) {
            throw new MalformedRecordException("type: " + in.get(TYPE_AT) + " is not known");
        }
        return type;
    }

    private static JournalRecord body(RecordType type, RecordHeader header, ByteBuffer in) {
        return switch (type) {
            case EPOCH_START -> {
                long pid = in.getLong();
                yield new JournalRecord.EpochStart(header, text(in), pid);
            }
            case EPOCH_READY -> new JournalRecord.EpochReady(header);
            case EPOCH_END -> new JournalRecord.EpochEnd(header);
            case SUBMITTED -> submitted(header, in);
            case COMPLETED -> completed(header, in);
            case DELIVERED -> new JournalRecord.Delivered(header, taskIds(in));
            case UNLOCKED -> {
                List<ObjectKey> keys = keys(in);
                yield new JournalRecord.Unlocked(header, keys, bitmap(in, keys.size()));
            }
            case KEY_PUBLISHED -> {
                long bytes = in.getLong();
                int checksum = in.getInt();
                long place = in.getLong();
                yield new JournalRecord.KeyPublished(header, ObjectKey.readFrom(in), bytes, checksum, place);
            }
            case KEY_REMOVED -> {
                RemovalReason reason = RemovalReason.of(in.get());
                yield new JournalRecord.KeyRemoved(header, ObjectKey.readFrom(in), reason);
            }
            case LEASE_ENDED -> {
                long locks = in.getLong();
                yield new JournalRecord.LeaseEnded(header, ObjectKey.readFrom(in), locks);
            }
            case ABANDONED -> {
                long epoch = in.getLong();
                long task = in.getLong();
                yield new JournalRecord.Abandoned(header, epoch, task, TaskKind.of(in.get()));
            }
            case CHECKPOINT -> new JournalRecord.Checkpoint(header, in.getLong());
        };
    }

    private static JournalRecord submitted(RecordHeader header, ByteBuffer in) {
        long task = in.getLong();
        TaskKind kind = TaskKind.of(in.get());
        int contextBits = in.get();
        long bytes = in.getLong();
        int totalChunks = in.getInt();
        String request = text(in);
        Optional<StoreContext> context = switch (contextBits) {
            case 0 -> Optional.empty();
            case 1, 3 -> Optional.of(new StoreContext(request, contextBits == 3, totalChunks, KvLayout.OPAQUE));
            default -> throw new BadArgumentException("context", contextBits, "0, 1 or 3");
        };
        return new JournalRecord.Submitted(header, task, kind, keys(in), bytes, context);
    }

    private static JournalRecord completed(RecordHeader header, ByteBuffer in) {
        long task = in.getLong();
        TaskKind kind = TaskKind.of(in.get());
        TaskOutcome outcome = TaskOutcome.of(in.get());
        boolean locking = in.get() != 0;
        ErrorCode error = ErrorCode.of(in.get() & 0xFF);
        long bytesMoved = in.getLong();
        String errorText = text(in);
        Bitmap bitmap = bitmap(in, -1);
        Bitmap moved = bitmap(in, bitmap.length());
        Bitmap unconfirmed = bitmap(in, bitmap.length());
        return new JournalRecord.Completed(
                header, task, kind, outcome, locking, bitmap, moved, unconfirmed, bytesMoved, error, errorText);
    }

    private static List<Long> taskIds(ByteBuffer in) {
        int count = checkedCount(in.getInt(), in.remaining() / Long.BYTES, "task ids");
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.getLong());
        }
        return ids;
    }

    private static List<ObjectKey> keys(ByteBuffer in) {
        // A key has more than 14 bytes, so a count past this cannot be true.
        int count = checkedCount(in.getInt(), in.remaining() / 14, "keys");
        List<ObjectKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(ObjectKey.readFrom(in));
        }
        return keys;
    }

    private static String text(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        checkedCount(length, Math.min(MAX_TEXT_BYTES, in.remaining()), "text bytes");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static final int MAX_BITS = 1 << 20;

    private static Bitmap bitmap(ByteBuffer in, int expectedBits) {
        int coded = in.getInt();
        boolean allZero = coded < 0 && coded >= -1 - MAX_BITS;
        boolean allOne = coded < 0 && coded <= Integer.MIN_VALUE + MAX_BITS;
        int bits = allZero ? -1 - coded : allOne ? coded - Integer.MIN_VALUE : coded;
        checkedCount(bits, MAX_BITS, "bitmap bits");
        if (expectedBits >= 0 && bits != expectedBits) {
            throw new BadArgumentException("bitmap bits", bits, String.valueOf(expectedBits));
        }
        if (allZero) {
            return new Bitmap(bits);
        }
        if (allOne) {
            return Bitmap.ones(bits);
        }
        int words = checkedCount(Bitmap.wordsFor(bits), in.remaining() / Long.BYTES, "bitmap words");
        long[] read = new long[words];
        for (int w = 0; w < words; w++) {
            read[w] = in.getLong();
        }
        return Bitmap.ofWords(bits, read);
    }

    static int encodedBytes(Bitmap map) {
        return map.isEmpty() || map.all() ? Integer.BYTES : Integer.BYTES + Long.BYTES * Bitmap.wordsFor(map.length());
    }

    static void putBitmap(ByteBuffer out, Bitmap map) {
        if (map.isEmpty()) {
            out.putInt(-1 - map.length());
        } else if (map.all()) {
            out.putInt(Integer.MIN_VALUE + map.length());
        } else {
            out.putInt(map.length());
            for (int w = 0; w < Bitmap.wordsFor(map.length()); w++) {
                out.putLong(map.word(w));
            }
        }
    }

    private static int checkedCount(int count, int most, String what) {
        if (count < 0 || count > most) {
            throw new BadArgumentException(what, count, "0 to " + most);
        }
        return count;
    }

    private static int checksum(ByteBuffer record, int at, int length) {
        CRC32C crc = CRC.get();
        crc.reset();
        if (record.hasArray()) {
            crc.update(record.array(), record.arrayOffset() + at + SEALED_FROM, length - SEALED_FROM);
        } else {
            crc.update(record.duplicate().limit(at + length).position(at + SEALED_FROM));
        }
        // Type, version and length stand before the sealed part; each is checked on its own, the type is folded in.
        return (int) crc.getValue() ^ record.get(at + TYPE_AT);
    }
}
