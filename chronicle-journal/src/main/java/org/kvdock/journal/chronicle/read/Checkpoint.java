package org.kvdock.journal.chronicle.read;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.kvdock.l2.journal.MalformedRecordException;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TaskStateCodec;

/**
 * The state up to a record, in a file beside the queues, so that opening does not read everything and retention may
 * remove what it covers. Whole or not there: it is written under another name, synced and renamed.
 *
 * <pre>
 *  0        4          8       16       24       32       40
 *  +--------+----------+-------+--------+--------+--------+-------------------+-------+----------+
 *  | 'KVCP' | version  | up to | offset | first  | last   | queue file below  | state | CRC-32C  |
 *  | i32    | i32 = 1  | i64   | i64    | micros | micros | the journal: text |       | of all   |
 *  +--------+----------+-------+--------+--------+--------+-------------------+-------+----------+
 * </pre>
 *
 * @param upTo number of the last record that is in the state
 * @param at where that record stands
 * @param firstMicros wall clock of the journal's first record, also of one that is gone by now
 * @param lastMicros wall clock of the record {@code upTo}
 * @param state the fold of all records up to it
 */
public record Checkpoint(long upTo, Position at, long firstMicros, long lastMicros, TaskState state) {
    private static final String PREFIX = "checkpoint-";
    private static final String SUFFIX = ".kvc";
    private static final String UNFINISHED = ".tmp";
    private static final int MAGIC = 'K' << 24 | 'V' << 16 | 'C' << 8 | 'P';
    private static final int VERSION = 1;
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * @param journal the journal
     * @return the checkpoint files that are there, the newest first; their content is not looked at
     * @throws IOException if the directory cannot be listed
     */
    public static List<Path> files(JournalDirectory journal) throws IOException {
        List<Path> files = new ArrayList<>(journal.entries());
        files.removeIf(file -> upToOf(file) < 0);
        files.sort((a, b) -> Long.compare(upToOf(b), upToOf(a)));
        return files;
    }

    /**
     * @param file a file
     * @return the last record that it covers by its name; -1 if it is no checkpoint
     */
    public static long upToOf(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static boolean isUnfinished(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX + UNFINISHED);
    }

    /**
     * @param journal the journal
     * @param file one of its checkpoint files
     * @return what it holds
     * @throws IOException if it cannot be read
     * @throws MalformedRecordException if it is not whole
     */
    public static Checkpoint read(JournalDirectory journal, Path file) throws IOException {
        CRC32C crc = new CRC32C();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            long bytes = Files.size(file);
            DataInputStream in = new DataInputStream(new CheckedInputStream(raw, crc));
            if (bytes < 48 || in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new MalformedRecordException("not a checkpoint of version " + VERSION);
            }
            long upTo = in.readLong();
            long offset = in.readLong();
            long firstMicros = in.readLong();
            long lastMicros = in.readLong();
            String name = in.readUTF();
            long before = 42 + name.length();
            TaskState state = TaskStateCodec.read(in, bytes - before - Integer.BYTES);
            int sum = (int) crc.getValue();
            if (new DataInputStream(raw).readInt() != sum || raw.read() >= 0) {
                throw new MalformedRecordException("checksum does not match");
            }
            if (upTo != upToOf(file) || state.nextSequence() != upTo + 1) {
                throw new MalformedRecordException("holds the state of another record than its name says");
            }
            return new Checkpoint(upTo, new Position(below(journal, name), offset), firstMicros, lastMicros, state);
        } catch (EOFException e) {
            throw new MalformedRecordException("is cut");
        } catch (UTFDataFormatException e) {
            throw new MalformedRecordException("a name that is no text");
        }
    }

    private static Path below(JournalDirectory journal, String name) {
        try {
            Path file = journal.path().resolve(name).normalize();
            if (file.startsWith(journal.path().normalize()) && name.chars().allMatch(c -> c < 0x80)) {
                return file;
            }
        } catch (InvalidPathException e) {
            // falls through to the one message
        }
        throw new MalformedRecordException("names a file that is not the journal's: " + RecordText.plain(name));
    }

    /**
     * Writes this checkpoint beside the queues, on disk when the call returns.
     *
     * @param journal the journal
     * @return the file
     * @throws IOException if it cannot be written; then nothing is left of it
     */
    public Path write(JournalDirectory journal) throws IOException {
        return write(journal, true);
    }

    /**
     * Writes this checkpoint beside the queues.
     *
     * @param journal the journal
     * @param synced whether it is on disk when the call returns. Waiting for that may take as long as everything that was
     *     appended since the last time takes to get there
     * @return the file
     * @throws IOException if it cannot be written; then nothing is left of it
     */
    public Path write(JournalDirectory journal, boolean synced) throws IOException {
        Path file = journal.path().resolve(String.format("%s%016d%s", PREFIX, upTo, SUFFIX));
        Path unfinished = journal.path().resolve(file.getFileName() + UNFINISHED);
        try (FileChannel channel = FileChannel.open(
                unfinished, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeTo(journal, Channels.newOutputStream(channel));
            if (synced) {
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        if (synced) {
            forceDirectory(journal.path());
        }
        return file;
    }

    private void writeTo(JournalDirectory journal, OutputStream raw) throws IOException {
        CRC32C crc = new CRC32C();
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new CheckedOutputStream(raw, crc), BUFFER_BYTES));
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(upTo);
        out.writeLong(at.offset());
        out.writeLong(firstMicros);
        out.writeLong(lastMicros);
        out.writeUTF(journal.path().relativize(at.file()).toString());
        TaskStateCodec.write(state, out);
        out.flush();
        out.writeInt((int) crc.getValue());
        out.flush();
    }

    /**
     * Makes sure that the names in a directory outlive a power loss.
     *
     * @param directory the directory
     * @throws IOException if the disk refuses
     */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
