package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The room on disk that lies ahead in one part's file. A page of a mapped file that has no room when it is first
 * written to fails in the middle of an append, in a way that the queue does not recover from; so room is taken ahead,
 * and when there is none left to take, submits are refused while what must follow the accepted ones still fits (R16).
 *
 * <p>{@link #extend} is for the one thread that looks after the journal, {@link #admits} for the appending one.
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

    // Written by extend, read by all.
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
    void extend(long position, long owed) throws IOException {
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

    /**
     * @param position where the part is written
     * @param bytes the record's
     * @param owed bytes that must still fit after it
     * @return whether a record may be appended; a writer that is faster than {@link #extend} is let through as long as
     *     the disk is not known to be full
     */
    boolean admits(long position, long bytes, long owed) {
        return !full || position + bytes + owed + INDEX_BYTES <= reservedTo;
    }
}
