package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import org.kvdock.l2.pd.channel.RemoteSegment;
import org.kvdock.l2.pd.channel.SegmentOpener;

/**
 * The sender's half of the channel {@code shm}: maps the receiver's segment files. A file is written into only if it is
 * this user's, with mode 0600, and begins with the header and the token that the receiver named.
 */
public final class SharedSegments implements SegmentOpener {
    private final UserPrincipal self;

    /** @throws IOException if this process's own user is unknown */
    public SharedSegments() throws IOException {
        self = Files.getOwner(Path.of("/proc/self"));
    }

    @Override
    public RemoteSegment open(long number, long bytes, byte[] descriptor) throws IOException {
        if (descriptor.length <= SegmentHeader.TOKEN_BYTES || bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new IOException("segment " + number + " of " + bytes + " bytes has no file");
        }
        byte[] token = Arrays.copyOf(descriptor, SegmentHeader.TOKEN_BYTES);
        Path path = path(descriptor);
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()
                || !attributes.owner().equals(self)
                || !PosixFilePermissions.toString(attributes.permissions()).equals("rw-------")) {
            throw new IOException(path + " must be a file of " + self.getName() + " with mode 0600");
        }
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (file.size() < SegmentHeader.BYTES + bytes || !Arrays.equals(token, SegmentHeader.read(file, number))) {
                throw new IOException(path + " is not segment " + number + " of this receiver");
            }
            return new Mapped(SegmentFile.map(file, bytes));
        }
    }

    private static Path path(byte[] descriptor) throws IOException {
        String name = new String(
                descriptor, SegmentHeader.TOKEN_BYTES, descriptor.length - SegmentHeader.TOKEN_BYTES, StandardCharsets.UTF_8);
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException("the receiver names no file: " + e.getMessage());
        }
    }

    private static final class Mapped implements RemoteSegment {
        private final MappedByteBuffer mapped;

        Mapped(MappedByteBuffer mapped) {
            this.mapped = mapped;
        }

        @Override
        public void put(long offset, ByteBuffer source) {
            mapped.put((int) offset, source, source.position(), source.remaining());
        }

        @Override
        public void close() {
            Unmapper.unmap(mapped);
        }
    }
}
