package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.journal.RecordCodec;

/**
 * A stretch of the journal: one Chronicle queue of one file, fresh when it is opened and written by this object only.
 * Everything that this module knows about Chronicle's writing side is here. {@link #append} is for one thread at a time
 * (its owner's lock); {@link #position}, {@link #force} and the room of the file may be used by others meanwhile.
 *
 * <p>The journal rolls by going on in another part that was made ready before. Chronicle's own rolling, which makes the
 * new file inside an append and fails it on a full disk, never happens: its clock stands still.
 */
final class Part implements AutoCloseable {
    static {
        // Read by Chronicle when its classes load: no telemetry, no banner, no thread that watches disks (Room does).
        setDefault("chronicle.analytics.disable", "true");
        setDefault("chronicle.announcer.disable", "true");
        setDefault("chronicle.disk.monitor.disable", "true");
    }

    /** Chronicle takes records of at most a quarter of this. The file is sparse: only what is written takes room. */
    static final long BLOCK_BYTES = 4L * RecordCodec.MAX_RECORD_BYTES;

    private static final int SCRATCH_BYTES = 1 << 20;
    private static final int FIRST_SCRATCH_BYTES = 4096;

    private final Path file;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel channel;
    private final Bytes<?> scratch = Bytes.allocateElasticDirect(FIRST_SCRATCH_BYTES);
    private final boolean tellsFaults;

    // Written by the appending thread, read by all.
    private volatile long position;

    private final Object forcing = new Object();
    // guarded by forcing
    private long forcedTo;
    private IOException lost;

    private Part(
            Path file, SingleChronicleQueue queue, ExcerptAppender appender, FileChannel channel, boolean firm) {
        this.tellsFaults = LateFault.IS_CHEAP || !firm;
        this.file = file;
        this.queue = queue;
        this.appender = appender;
        this.channel = channel;
        this.position = end(appender);
        // The owner's lock does what Chronicle's check is for, on whatever thread.
        appender.singleThreadedCheckDisabled(true);
        scratch.singleThreadedCheckDisabled(true);
    }

    /**
     * @param directory not there yet, or empty
     * @param wallMillis when; names the file
     * @param firm whether no page of the file can lose the room that was taken for it, so that appends need not ask
     *     where asking costs garbage
     * @return the part, its file made and open
     * @throws IOException if something cannot be made
     * @throws RuntimeException whatever Chronicle throws
     * @throws InternalError if there is no room for the first page
     */
    static Part create(Path directory, long wallMillis, boolean firm) throws IOException {
        // Chronicle looks for its own services by the thread's class loader, which in OSGi is anybody's.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Part.class.getClassLoader());
        try {
            return make(directory, wallMillis, firm);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Part make(Path directory, long wallMillis, boolean firm) throws IOException {
        Files.createDirectories(directory);
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(BLOCK_BYTES)
                .timeProvider(() -> wallMillis)
                .build();
        ExcerptAppender appender = null;
        try {
            appender = queue.createAppender();
            // Makes the file: readers step over metadata.
            try (DocumentContext first = appender.writingDocument(true)) {
                first.wire().bytes().writeInt(0);
            }
            LateFault.tell();
            Path file = JournalDirectory.queueFilesIn(directory).get(0);
            Files.createFile(JournalDirectory.begunMarker(directory));
            return new Part(
                    file,
                    queue,
                    appender,
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    firm);
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(appender, queue);
            throw e;
        }
    }

    /**
     * @param record sealed, from position to limit; heap memory
     * @throws RuntimeException whatever Chronicle throws; the record may or may not be there
     * @throws InternalError if the disk is full
     */
    void append(ByteBuffer record) {
        try {
            write(record);
        } finally {
            if (tellsFaults) {
                LateFault.tell();
            }
        }
        position = end(appender);
    }

    private void write(ByteBuffer record) {
        int length = record.remaining();
        if (length > SCRATCH_BYTES) {
            appender.writeBytes(Bytes.wrapForRead(record.duplicate()));
        } else {
            scratch.clear();
            scratch.write(record.array(), record.arrayOffset() + record.position(), length);
            appender.writeBytes(scratch);
        }
    }

    private static long end(ExcerptAppender appender) {
        return appender.wire().bytes().writePosition() + 3 & ~3L;
    }

    /** Takes back what was appended after a position; nothing may be appended any more. */
    void retreat(long to) {
        position = to;
    }

    /** @return bytes from the file's beginning to the end of the last record that was appended without an error */
    long position() {
        return position;
    }

    Path file() {
        return file;
    }

    /**
     * Waits until everything that was appended before the call is on disk. Once this has failed it fails for ever: the
     * system tells a lost page only once, and a later success would be a lie.
     *
     * @param disk does it
     * @throws IOException if something is or was lost
     */
    void force(Disk disk) throws IOException {
        synchronized (forcing) {
            if (lost != null) {
                throw new IOException(lost);
            }
            long upTo = position;
            if (upTo <= forcedTo) {
                return;
            }
            try {
                disk.force(file, channel);
                forcedTo = upTo;
            } catch (IOException e) {
                lost = e;
                throw e;
            } catch (RuntimeException | Error e) {
                lost = new IOException("a sync ended by " + e, e);
                throw lost;
            }
        }
    }

    /**
     * Closes the queue and cuts the file to what was appended without an error: room that is not used, which readers
     * would have to look through, and whatever a failed append has left.
     */
    @Override
    public void close() {
        closeQuietly(appender, queue);
        scratch.releaseLast();
        try (channel) {
            if (channel.size() > position) {
                channel.truncate(position);
            }
        } catch (IOException e) {
            // The file stays longer than it needs to be; every reader knows where it ends.
        }
    }

    // On a full disk even closing writes to a page that has no room.
    private static void closeQuietly(ExcerptAppender appender, SingleChronicleQueue queue) {
        for (AutoCloseable one : new AutoCloseable[] {appender, queue}) {
            try {
                close(one);
            } catch (Exception | InternalError e) {
                System.getLogger(Part.class.getName()).log(System.Logger.Level.DEBUG, "closing a queue", e);
            }
        }
    }

    private static void close(AutoCloseable one) throws Exception {
        try {
            if (one != null) {
                one.close();
            }
        } finally {
            LateFault.tell();
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
