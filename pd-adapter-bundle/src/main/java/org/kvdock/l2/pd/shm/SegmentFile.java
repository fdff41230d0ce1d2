package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.kvdock.l2.pd.channel.LocalSegment;

/** A segment whose memory is a file, mapped here and in the sender that writes into it. */
final class SegmentFile implements LocalSegment {
    private static final int FILLING_BYTES = 1 << 20;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(FILLING_BYTES);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path path;
    private final MappedByteBuffer mapped;
    private final byte[] descriptor;

    private SegmentFile(Path path, MappedByteBuffer mapped, byte[] token) {
        this.path = path;
        this.mapped = mapped;
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        this.descriptor = ByteBuffer.allocate(SegmentHeader.TOKEN_BYTES + name.length).put(token).put(name).array();
    }

    /** Makes a file of that many bytes, all of them really there: a page that is missed later would end the process. */
    static SegmentFile create(Path path, long number, int bytes) throws IOException {
        byte[] token = new byte[SegmentHeader.TOKEN_BYTES];
        RANDOM.nextBytes(token);
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean done = false;
        try (FileChannel file = FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            SegmentHeader.write(file, number, token);
            ByteBuffer zeros = ZEROS.duplicate();
            for (long at = 0; at < bytes; at += zeros.position()) {
                zeros.clear().limit((int) Math.min(FILLING_BYTES, bytes - at));
                int written = file.write(zeros, SegmentHeader.BYTES + at);
                if (written < 0) {
                    throw new IOException("no room");
                }
            }
            SegmentFile segment = new SegmentFile(path, map(file, bytes), token);
            done = true;
            return segment;
        } finally {
            if (!done) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Opens what an earlier process left. */
    static SegmentFile open(Path path, long number) throws IOException {
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            long bytes = file.size() - SegmentHeader.BYTES;
            if (bytes < 1 || bytes > Integer.MAX_VALUE) {
                throw new IOException("a segment of " + bytes + " bytes");
            }
            byte[] token = SegmentHeader.read(file, number);
            return new SegmentFile(path, map(file, bytes), token);
        }
    }

    static MappedByteBuffer map(FileChannel file, long bytes) throws IOException {
        return file.map(FileChannel.MapMode.READ_WRITE, SegmentHeader.BYTES, bytes);
    }

    @Override
    public ByteBuffer memory() {
        return mapped;
    }

    @Override
    public byte[] descriptor() {
        return descriptor;
    }

    @Override
    public void drop() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // What is left is removed at the next start.
        }
        Unmapper.unmap(mapped);
    }
}
