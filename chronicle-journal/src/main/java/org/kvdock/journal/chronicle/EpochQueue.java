package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.TimeSource;

/**
 * One epoch's Chronicle queue, fresh when it is opened and written by this object only. Everything that this module
 * knows about Chronicle's writing side is here. Not safe for several threads at once; its owner holds a lock.
 */
final class EpochQueue implements AutoCloseable {
    static {
        // Read by Chronicle when its classes load: no telemetry, no banner, and no look at who else is listening.
        setDefault("chronicle.analytics.disable", "true");
        setDefault("chronicle.announcer.disable", "true");
    }

    // Chronicle takes records of at most a quarter of this. The file is sparse: only what is written takes room.
    private static final long BLOCK_BYTES = 4L * RecordCodec.MAX_RECORD_BYTES;
    private static final int SCRATCH_BYTES = 1 << 20;

    private final Path directory;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Bytes<?> scratch = Bytes.allocateElasticDirect(4096);

    private EpochQueue(Path directory, SingleChronicleQueue queue, ExcerptAppender appender) {
        this.directory = directory;
        this.queue = queue;
        this.appender = appender;
        // The owner's lock does what the check is for, on whatever thread.
        scratch.singleThreadedCheckDisabled(true);
    }

    /**
     * @param directory not there yet
     * @param roll how long one file is written
     * @param time decides when to roll
     * @return the queue, open
     * @throws IOException if the directory cannot be made
     * @throws RuntimeException whatever Chronicle throws
     * @throws InternalError if there is no room for the first page
     */
    static EpochQueue create(Path directory, JournalSettings.Roll roll, TimeSource time) throws IOException {
        Files.createDirectories(directory);
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle(roll))
                .blockSize(BLOCK_BYTES)
                .timeProvider(() -> time.wallMicros() / 1000)
                .build();
        try {
            ExcerptAppender appender = queue.createAppender();
            // The owner's lock does what the check is for, on whatever thread.
            appender.singleThreadedCheckDisabled(true);
            return new EpochQueue(directory, queue, appender);
        } catch (RuntimeException | Error e) {
            queue.close();
            throw e;
        }
    }

    /**
     * @param record sealed, from position to limit; heap memory
     * @throws RuntimeException whatever Chronicle throws; the record may or may not be there
     * @throws InternalError if the disk is full
     */
    void append(ByteBuffer record) {
        int length = record.remaining();
        if (length > SCRATCH_BYTES) {
            appender.writeBytes(Bytes.wrapForRead(record.duplicate()));
            return;
        }
        scratch.clear();
        scratch.write(record.array(), record.arrayOffset() + record.position(), length);
        appender.writeBytes(scratch);
    }

    /** Closes the queue and gives the room back that its last file does not need. */
    @Override
    public void close() {
        long end = appender.wire() == null ? -1 : appender.wire().bytes().writePosition() + 3 & ~3L;
        appender.close();
        queue.close();
        scratch.releaseLast();
        if (end > 0) {
            trim(end);
        }
    }

    private void trim(long end) {
        try {
            List<Path> files = JournalDirectory.queueFilesIn(directory);
            if (!files.isEmpty()) {
                trim(files.get(files.size() - 1), end);
            }
        } catch (IOException e) {
            // The file stays longer than it needs to be, and every reader knows where it ends.
        }
    }

    /**
     * Cuts off room that a file has and does not use; readers would have to look through it.
     *
     * @param file a queue file that nobody writes
     * @param end where its records end
     * @throws IOException if it cannot be written
     */
    static void trim(Path file, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > end) {
                channel.truncate(end);
            }
        }
    }

    private static RollCycle cycle(JournalSettings.Roll roll) {
        return switch (roll) {
            case FIVE_MINUTELY -> RollCycles.FIVE_MINUTELY;
            case HOURLY -> RollCycles.FAST_HOURLY;
            case DAILY -> RollCycles.FAST_DAILY;
        };
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
