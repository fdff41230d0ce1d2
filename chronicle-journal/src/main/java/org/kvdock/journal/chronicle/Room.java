package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The room on disk that lies ahead in one part's file. A write to a page of a mapped file that has no room is dropped,
 * and the JVM tells it late, maybe after the append that it belonged to came back. So nothing is ever appended past
 * what was taken, and when there is no more to take, submits are refused while what must follow the accepted ones still
 * fits (R16).
 *
 * <p>{@link #extend} is for the thread that looks after the journal, and for the appending one where that was too slow;
 * {@link #admits} for the appending one.
 */
final class Room {
    /** How much is taken at once; more than {@link #LOW_BYTES}, so that a new part's first step is enough. */
    static final long STEP_BYTES = 16L << 20;
    /** Less than this ahead: time to take more. */
    static final long LOW_BYTES = 8L << 20;
    /** Kept for records that follow no submit: unlocks, leases, keys removed, the queue's own index. */
    static final long MARGIN_BYTES = 1L << 20;

    private static final long LEAST_STEP_BYTES = 256 << 10;
    // What the queue's own index may add to a record.
    private static final long INDEX_BYTES = 64 << 10;

    private final Disk disk;
    private final Path file;

    // Written by extend under this object's lock, read by all.
    private volatile long reservedTo;
    private volatile boolean full;

    Room(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /**
     * Takes room until enough lies ahead or the disk gives no more.
     *
     * @param position where the part is written
     * @param owed bytes that must still fit after it
     * @throws IOException if the file cannot be reached
     */
    synchronized void extend(long position, long owed) throws IOException {
        long step = STEP_BYTES;
        while (isLow(position, owed)) {
            if (disk.reserve(file, reservedTo, step)) {
                reservedTo += step;
            } else if (step > LEAST_STEP_BYTES) {
                step /= 2;
            } else {
                full = true;
                return;
            }
        }
        full = false;
    }

    /**
     * @param position where the part is written
     * @param owed bytes that must still fit after it
     * @return whether {@link #extend} has something to do
     */
    boolean isLow(long position, long owed) {
        return reservedTo - position - owed < LOW_BYTES;
    }

    /** @return bytes from the file's beginning up to which room was taken */
    long reservedTo() {
        return reservedTo;
    }

    /** @return whether a record of so many bytes can be written without going past what was taken */
    boolean holds(long position, long bytes) {
        return position + bytes + INDEX_BYTES <= reservedTo;
    }

    /**
     * @param position where the part is written
     * @param bytes the record's
     * @param owed bytes that must still fit after it
     * @return whether a record may be appended
     */
    boolean admits(long position, long bytes, long owed) {
        return holds(position, bytes + (full ? owed : 0));
    }

    /** @return whether the disk gave no more when it was asked last */
    boolean isFull() {
        return full;
    }
}
