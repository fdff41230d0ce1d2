package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.MalformedRecordException;
import org.kvdock.l2.journal.RecordCodec;

/**
 * Walks one file of a Chronicle queue (binary wire, 4-byte alignment), without Chronicle:
 *
 * <pre>
 *  +----------+-----------+-----+----------+-----------+-----+-----------------
 *  | header   | content   | pad | header   | content   | pad | 0 0 0 0 ...
 *  | i32 LE   | length    | 0-3 | i32 LE   | length    | 0-3 | room not used yet
 *  +----------+-----------+-----+----------+-----------+-----+-----------------
 *  header = bit 31 not complete | bit 30 metadata | 30 bits length
 *           0           nothing here yet
 * </pre>
 *
 * Metadata (the queue's own header and index) is stepped over; other content is one record of {@link RecordCodec}.
 * Where a header or a record is not what it must be, the reader tells it and looks for the next whole record. For one
 * thread.
 */
final class QueueFileReader implements AutoCloseable {
    private static final int NOT_COMPLETE = 0x80000000;
    private static final int METADATA = 0x40000000;
    private static final int LENGTH_MASK = 0x3FFFFFFF;
    private static final int HEADER_BYTES = 4;
    private static final int FIRST_BUFFER_BYTES = 1 << 18;
    private static final int METADATA_NAME_BYTES = 13;
    private static final int FIRST_METADATA_BYTES = 4;
    private static final int MOST_HEADER_BYTES = 4096;
    private static final String WRITE_POSITION = "writePosition";

    private final Path file;
    private final FileChannel channel;
    private final Consumer<Damage> damages;

    // What stands in memory: the file's bytes from windowAt on. Records are big-endian, headers are read by le().
    private ByteBuffer window = ByteBuffer.allocate(FIRST_BUFFER_BYTES).limit(0);
    private long windowAt;

    private long at;
    private long recordAt;
    // Where the newest record begins by the file's own header, when it was opened; -1 if it does not say.
    private long toldEnd = -1;

    /**
     * @param file a queue file
     * @param damages told of each damage, in the order of the file
     * @throws IOException if it cannot be opened
     */
    QueueFileReader(Path file, Consumer<Damage> damages) throws IOException {
        this.file = file;
        this.damages = damages;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            checkBeginning();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void checkBeginning() throws IOException {
        int first = firstHeader();
        if (isMissing(first) && Files.exists(JournalDirectory.begunMarker(file.getParent()))) {
            // Its header was there before the marker was; a live writer may have made both since we looked.
            first = firstHeader();
            if (isMissing(first)) {
                damage(0, channel.size() == 0 ? "the file is empty" : "the file's header is missing");
                at = nextRecordFrom(0);
            }
        }
        if (isMissing(first)) {
            // One whose writer was killed, or is about to make the header.
            return;
        }
        if ((first & METADATA) == 0) {
            damage(0, "does not begin as a queue file");
            at = nextRecordFrom(0);
        } else {
            toldEnd = writePosition(first & LENGTH_MASK);
        }
    }

    private int firstHeader() throws IOException {
        window.limit(0);
        return fill(0, HEADER_BYTES) ? header(0) : 0;
    }

    private static boolean isMissing(int header) {
        return header == 0 || (header & NOT_COMPLETE) != 0;
    }

    /**
     * @param lookBehind whether to look through what comes after the end, for records that stand behind a gap; left out
     *     where the end is still being written to
     * @return the next record, or null at the end of what is there; may be asked again when more was written
     * @throws IOException if the file cannot be read
     */
    JournalRecord next(boolean lookBehind) throws IOException {
        for (;;) {
            if (!fill(at, HEADER_BYTES)) {
                // A writer leaves no half header; fewer than four bytes are a cut.
                if (lookBehind && channel.size() > at) {
                    damage(at, "the file ends in the middle of a record's header");
                    at = channel.size();
                }
                break;
            }
            int header = header(at);
            if (header == 0 || (header & NOT_COMPLETE) != 0) {
                if (!lookBehind || !resumeAfterGap()) {
                    break;
                }
            } else if ((header & METADATA) != 0) {
                stepOverMetadata(header & LENGTH_MASK);
            } else {
                JournalRecord record = record(header);
                if (record != null) {
                    return record;
                }
            }
        }
        if (lookBehind) {
            checkToldEnd();
        }
        // Whoever asks again wants what was written since.
        window.limit(0);
        return null;
    }

    /** What is read next is read from the file again. */
    void forgetAhead() {
        window.limit(0);
    }

    /** The queue keeps in its file's header where its newest record begins: a file that ends before was cut. */
    private void checkToldEnd() {
        if (toldEnd > at) {
            damage(at, "records end here, and the file's header tells of one at " + toldEnd);
            toldEnd = -1;
        }
    }

    /**
     * Looks for the field in the file's header; its form is a key, a type byte, padding, an array of two longs.
     *
     * @return the field's value, -1 if it is not there or not of that form
     */
    private long writePosition(int length) throws IOException {
        int bytes = Math.min(length, MOST_HEADER_BYTES);
        if (!fill(0, HEADER_BYTES + bytes)) {
            return -1;
        }
        byte[] header = Arrays.copyOfRange(window.array(), HEADER_BYTES, HEADER_BYTES + bytes);
        int key = new String(header, StandardCharsets.ISO_8859_1).indexOf(WRITE_POSITION);
        if (key < 0) {
            return -1;
        }
        int array = aligned8(HEADER_BYTES + key + WRITE_POSITION.length() + 1);
        for (; array + 3 * Long.BYTES <= bytes; array += Long.BYTES) {
            if (littleLong(array) == 2 && littleLong(array + Long.BYTES) == 2) {
                return littleLong(array + 2 * Long.BYTES);
            }
        }
        return -1;
    }

    private long littleLong(int place) {
        return Long.reverseBytes(window.getLong(place));
    }

    private static int aligned8(int place) {
        return place + 7 & ~7;
    }

    Path file() {
        return file;
    }

    /** Goes on at a place where a header stands. */
    void seek(long place) {
        at = place;
    }

    /** @return where the record that {@link #next} returned last begins */
    Position position() {
        return new Position(file, recordAt);
    }

    /** @return where reading goes on; at the end of the file's records, the first byte that none of them needs */
    long end() {
        return at;
    }

    private void stepOverMetadata(int length) throws IOException {
        long next = aligned(at + HEADER_BYTES + length);
        if (length == 0 || next > channel.size() || !isQueuesOwn(length)) {
            damageUpToNextRecord("metadata of " + length + " bytes that cannot be");
            return;
        }
        // Its length has no checksum: a record inside means that it is wrong.
        long inside = nextRecordFrom(at + HEADER_BYTES, next);
        if (inside < next) {
            damage(at, "metadata of " + length + " bytes with a record inside; goes on at " + inside);
        }
        at = inside;
    }

    /** Whether metadata is what the queue writes: its header and index, which begin with their names, or four zeros. */
    private boolean isQueuesOwn(int length) throws IOException {
        int bytes = Math.min(length, METADATA_NAME_BYTES);
        if (!fill(at, HEADER_BYTES + bytes)) {
            return false;
        }
        int from = (int) (at - windowAt) + HEADER_BYTES;
        String name = new String(window.array(), from, bytes, StandardCharsets.ISO_8859_1);
        return length == FIRST_METADATA_BYTES && window.getInt(from) == 0
                || name.startsWith("\u00b9\u0006header")
                || name.startsWith("\u00b9\u0005index")
                || name.startsWith("\u00b9\u000bindex2index");
    }

    /** The record at {@code at}; null if it is none, and then {@code at} stands where reading goes on. */
    private JournalRecord record(int length) throws IOException {
        if (length < RecordCodec.HEADER_BYTES || length > RecordCodec.MAX_RECORD_BYTES) {
            damageUpToNextRecord("a record of " + length + " bytes that cannot be");
            return null;
        }
        if (!fill(at, HEADER_BYTES + length)) {
            damageUpToNextRecord("the file ends in the middle of a record of " + length + " bytes");
            return null;
        }
        MalformedRecordException malformed;
        try {
            return decoded(length);
        } catch (MalformedRecordException e) {
            malformed = e;
        }
        // A live writer may have finished the record between the copy of its content and that of its header.
        window.limit(0);
        if (fill(at, HEADER_BYTES + length) && header(at) == length) {
            try {
                return decoded(length);
            } catch (MalformedRecordException e) {
                malformed = e;
            }
        }
        damageUpToNextRecord("record not readable: " + malformed.getMessage());
        return null;
    }

    private JournalRecord decoded(int length) {
        int from = (int) (at - windowAt) + HEADER_BYTES;
        JournalRecord record = RecordCodec.decode(window.duplicate().position(from).limit(from + length));
        recordAt = at;
        at = aligned(at + HEADER_BYTES + length);
        return record;
    }

    /**
     * Nothing readable at {@code at}: room that is not used yet, or a record that its writer never finished, unless
     * something stands behind.
     *
     * @return whether reading goes on, at {@code at}
     */
    private boolean resumeAfterGap() throws IOException {
        long something = nextNonZero(at + HEADER_BYTES);
        // A live writer may have filled the gap since it was read: it writes in order, so the header came first.
        window.limit(0);
        if (!fill(at, HEADER_BYTES)) {
            return false;
        }
        int header = header(at);
        if (header != 0 && (header & NOT_COMPLETE) == 0) {
            return true;
        }
        if (something < 0) {
            return false;
        }
        long next = nextRecordFrom(at + HEADER_BYTES);
        if (next < channel.size()) {
            damage(at, (header == 0 ? "zeros" : "an unfinished record") + " where records must be, up to " + next);
            at = next;
            return true;
        }
        // What a killed writer has begun and never finished is no damage: nobody was told that it is there. It copies a
        // record's bytes first and puts the header before them last; the file's own header is told of it after that.
        boolean begun = header != 0 || toldEnd >= 0 && toldEnd < at;
        if (!begun) {
            damage(something, "bytes after the last record that are no record");
            at = channel.size();
        }
        return false;
    }

    private void damageUpToNextRecord(String what) throws IOException {
        long from = at;
        at = nextRecordFrom(at + HEADER_BYTES);
        damage(from, what + (at < channel.size() ? "; goes on at " + at : "; nothing readable follows"));
    }

    /** The place of the next header with a whole, sealed record behind it; the file's size if there is none. */
    private long nextRecordFrom(long from) throws IOException {
        return nextRecordFrom(from, channel.size());
    }

    private long nextRecordFrom(long from, long limit) throws IOException {
        long candidate = aligned(from);
        while (candidate < limit && fill(candidate, HEADER_BYTES + RecordCodec.HEADER_BYTES)) {
            int length = header(candidate);
            if (length >= RecordCodec.HEADER_BYTES
                    && length <= RecordCodec.MAX_RECORD_BYTES
                    && hasMagic(candidate)
                    && fill(candidate, HEADER_BYTES + length)
                    && isRecord(candidate, length)) {
                return candidate;
            }
            candidate += 4;
        }
        return limit;
    }

    private boolean hasMagic(long place) {
        int from = (int) (place - windowAt) + HEADER_BYTES;
        return window.get(from) == 'K' && window.get(from + 1) == 'D';
    }

    private boolean isRecord(long candidate, int length) {
        int from = (int) (candidate - windowAt) + HEADER_BYTES;
        try {
            RecordCodec.decode(window.duplicate().position(from).limit(from + length));
            return true;
        } catch (MalformedRecordException e) {
            return false;
        }
    }

    private long nextNonZero(long from) throws IOException {
        long place = from;
        while (fill(place, 1)) {
            int i = (int) (place - windowAt);
            while (i + Long.BYTES <= window.limit() && window.getLong(i) == 0) {
                i += Long.BYTES;
            }
            for (; i < window.limit(); i++) {
                if (window.get(i) != 0) {
                    return windowAt + i;
                }
            }
            place = windowAt + window.limit();
        }
        return -1;
    }

    /** Brings bytes into the window. */
    private boolean fill(long from, int bytes) throws IOException {
        if (from >= windowAt && from + bytes <= windowAt + window.limit()) {
            return true;
        }
        if (bytes > window.capacity()) {
            if (channel.size() - from < bytes) {
                // Only a damaged length asks for it: no memory for what is not there.
                return false;
            }
            window = ByteBuffer.allocate(Integer.highestOneBit(bytes) << 1);
        } else if (window.capacity() > FIRST_BUFFER_BYTES && bytes <= FIRST_BUFFER_BYTES) {
            window = ByteBuffer.allocate(FIRST_BUFFER_BYTES);
        }
        window.clear();
        windowAt = from;
        while (window.hasRemaining()) {
            if (channel.read(window, from + window.position()) < 0) {
                break;
            }
        }
        window.flip();
        return window.limit() >= bytes;
    }

    private int header(long place) {
        return Integer.reverseBytes(window.order(ByteOrder.BIG_ENDIAN).getInt((int) (place - windowAt)));
    }

    private static long aligned(long place) {
        return place + 3 & ~3L;
    }

    private void damage(long position, String what) {
        damages.accept(new Damage(file, position, what));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
