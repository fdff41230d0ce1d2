package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/** Everything that the journal asks of the disk and that a disk may refuse; tests make it fail at the n-th call. */
interface Disk {
    /** Makes a part, as {@link Part#create}. */
    default Part create(Path directory, long wallMillis) throws IOException {
        return Part.create(directory, wallMillis);
    }

    /** Appends a record, as {@link Part#append}. */
    default void append(Part part, ByteBuffer record) {
        part.append(record);
    }

    /**
     * Waits until a file's bytes are on disk, also those that were written through a mapping of it.
     *
     * @throws IOException if the disk refuses; what was not on disk before may be lost
     */
    default void force(Path file, FileChannel channel) throws IOException {
        // fdatasync writes every dirty page of the file, whoever made it dirty: no need to sync each mapping.
        channel.force(false);
    }

    /**
     * Takes room on disk for a range of a file, so that writing to it through a mapping cannot fail.
     *
     * @return whether it is taken; false if the disk is full
     * @throws IOException if the file cannot be reached
     */
    default boolean reserve(Path file, long from, long bytes) throws IOException {
        return PosixRoom.reserve(file, from, bytes);
    }

    /** This machine's. */
    Disk REAL = new Disk() {};

    /** Reserving by {@code fallocate}. */
    final class PosixRoom {
        private static final int KEEP_SIZE = 1;
        private static final System.Logger LOG = System.getLogger(Disk.class.getName());
        // Only JNR's can be told to fallocate; the others answer without doing anything.
        private static final boolean NATIVE = PosixAPI.posix().getClass().getName().contains(".jnr.");

        static {
            if (!NATIVE) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "no native POSIX calls on this platform: room on disk is watched, not reserved");
            }
        }

        private PosixRoom() {}

        static boolean reserve(Path file, long from, long bytes) throws IOException {
            if (!NATIVE) {
                return watched(file, bytes);
            }
            // Opened for each call: a number that is kept may one day be another file's.
            PosixAPI posix = PosixAPI.posix();
            int fd = posix.open(file.toString(), OpenFlag.O_RDWR, 0);
            if (fd < 0) {
                throw new IOException("cannot open " + file + ": " + posix.lastErrorStr());
            }
            try {
                return posix.fallocate(fd, KEEP_SIZE, from, bytes) == 0 || !full(posix.lastError()) && watched(file, bytes);
            } finally {
                posix.close(fd);
            }
        }

        private static boolean full(int errno) {
            final int noSpace = 28;
            final int quota = 122;
            return errno == noSpace || errno == quota;
        }

        // Where the file system cannot reserve: room for this and as much again for whoever else writes.
        private static boolean watched(Path file, long bytes) throws IOException {
            return Files.getFileStore(file).getUsableSpace() >= 2 * bytes;
        }
    }
}
