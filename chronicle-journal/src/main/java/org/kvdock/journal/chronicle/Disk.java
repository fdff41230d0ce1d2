package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/** Everything that the journal asks of the disk and that a disk may refuse; tests make it fail at the n-th call. */
interface Disk {
    /** Makes a part, as {@link Part#create}. */
    default Part create(Path directory, long wallMillis) throws IOException {
        return Part.create(directory, wallMillis, isFirm(directory));
    }

    /**
     * @return whether room that was taken on the disk of a directory stays with its file. Where blocks are written to
     *     another place each time, a page that has room now may have none when it is changed again
     * @throws IOException if the directory cannot be reached
     */
    default boolean isFirm(Path directory) throws IOException {
        return PosixRoom.IN_PLACE.contains(Files.getFileStore(directory).type());
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

    /** Reserving by {@code fallocate}; by writing zeros where that is not to be had. */
    final class PosixRoom {
        // File systems that write a file's blocks where they are.
        private static final Set<String> IN_PLACE = Set.of("ext2", "ext3", "ext4", "xfs", "tmpfs");
        private static final int KEEP_SIZE = 1;
        private static final int NO_SPACE = 28;
        private static final int OVER_QUOTA = 122;
        private static final int ZERO_BYTES = 1 << 16;
        // Only JNR's can be told to fallocate; the others answer without doing anything.
        private static final boolean NATIVE = PosixAPI.posix().getClass().getName().contains(".jnr.");

        private PosixRoom() {}

        static boolean reserve(Path file, long from, long bytes) throws IOException {
            if (!NATIVE) {
                return writeZeros(file, from, bytes);
            }
            // Opened for each call: a number that is kept may one day be another file's.
            PosixAPI posix = PosixAPI.posix();
            int fd = posix.open(file.toString(), OpenFlag.O_RDWR, 0);
            if (fd < 0) {
                throw new IOException("cannot open " + file + ": " + posix.lastErrorStr());
            }
            try {
                if (posix.fallocate(fd, KEEP_SIZE, from, bytes) == 0) {
                    return true;
                }
                int error = posix.lastError();
                return error != NO_SPACE && error != OVER_QUOTA && writeZeros(file, from, bytes);
            } finally {
                posix.close(fd);
            }
        }

        // Records never go past what was reserved, so nothing is there yet that could be lost. The first stretch is the
        // exception: the queue has put its header and index there already, and nobody writes to it now.
        private static boolean writeZeros(Path file, long from, long bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                for (long at = from; at < from + bytes; at += ZERO_BYTES) {
                    ByteBuffer some = ByteBuffer.allocate((int) Math.min(ZERO_BYTES, from + bytes - at));
                    if (from == 0) {
                        channel.read(some, at);
                        some.clear();
                    }
                    try {
                        channel.write(some, at);
                    } catch (IOException e) {
                        return false;
                    }
                }
                return true;
            }
        }
    }
}
