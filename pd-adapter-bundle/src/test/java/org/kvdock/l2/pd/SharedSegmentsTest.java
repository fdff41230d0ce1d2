package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.channel.RemoteSegment;
import org.kvdock.l2.pd.shm.SegmentDirectory;
import org.kvdock.l2.pd.shm.SharedSegments;

class SharedSegmentsTest {
    @TempDir
    private Path temporary;

    private static byte[] descriptor(byte[] token, Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(16 + name.length).put(token, 0, 16).put(name).array();
    }

    @Test
    @DisplayName("a receiver cannot talk a sender into writing over a file that is not its segment")
    void nothingButSegments() throws IOException {
        try (SegmentDirectory directory = SegmentDirectory.lasting(temporary.resolve("s"))) {
            LocalSegment segment = directory.create(7, 1000);
            SharedSegments opener = new SharedSegments();
            byte[] right = segment.descriptor();
            try (RemoteSegment open = opener.open(7, 1000, right)) {
                open.put(10, ByteBuffer.wrap(new byte[] {42}));
                assertEquals(42, segment.memory().get(10));
            }
            Path diary = Files.writeString(temporary.resolve("diary"), "x".repeat(9000));
            Files.setPosixFilePermissions(diary, PosixFilePermissions.fromString("rw-------"));
            assertThrows(IOException.class, () -> opener.open(7, 1000, descriptor(right, diary)), "no header");
            byte[] token = right.clone();
            token[0] ^= 1;
            assertThrows(IOException.class, () -> opener.open(7, 1000, token), "another token");
            assertThrows(IOException.class, () -> opener.open(8, 1000, right), "another number");
            assertThrows(IOException.class, () -> opener.open(7, 1001, right), "longer than the file");
            Path link = Files.createSymbolicLink(temporary.resolve("link"), directory.path().resolve("segment-7"));
            assertThrows(IOException.class, () -> opener.open(7, 1000, descriptor(right, link)), "a link");
            Path file = directory.path().resolve("segment-7");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
            assertThrows(IOException.class, () -> opener.open(7, 1000, right), "a file that others may write");
            assertThrows(IOException.class, () -> opener.open(7, 1000, descriptor(right, Path.of("/dev/zero"))));
            assertThrows(IOException.class, () -> opener.open(7, 1000, new byte[3]));
            assertEquals("x".repeat(9000), Files.readString(diary));
        }
    }
}
