package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.fuzz.ScratchFile;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.channel.RemoteSegment;

/**
 * Segment files with any header, descriptors that name any file, and what a receiver finds after a restart. A sender writes
 * only into the segment that it was told of, and only between its bounds.
 */
public final class SegmentsTarget implements FuzzTarget {
    private static final int MOST_BYTES = 300;
    private static final byte[] TOKEN = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ScratchFile file = new ScratchFile("segment-1");
    private final SharedSegments segments;
    private final byte[] header;

    /** For the list of targets. */
    public SegmentsTarget() {
        try {
            segments = new SharedSegments();
            header = header(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "segments";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] right = ByteBuffer.allocate(40).put((byte) 0).putShort((short) 100).putLong(1).putLong(100).put((byte) 5).put((byte) 3).array();
        byte[] otherNumber = right.clone();
        otherNumber[10] = 2;
        byte[] bent = right.clone();
        bent[0] = 1;
        byte[] elsewhere = ByteBuffer.allocate(60).put(right, 0, 19).put((byte) 1).put((byte) 3).put((byte) 11).put("/etc/passwd".getBytes(StandardCharsets.US_ASCII)).array();
        return List.of(right, otherNumber, bent, elsewhere);
    }

    @Override
    public void run(byte[] input) throws IOException {
        InputReader in = new InputReader(input);
        boolean bent = in.u8() % 2 == 1;
        int bytes = in.u16() % MOST_BYTES;
        long number = in.i64();
        long claimed = in.i64();
        int offset = in.u8();
        byte[] name = in.u8() % 4 == 3 ? in.shortBytes() : null;
        byte[] beginning = bent ? in.bytes(40) : header;
        byte[] content = new byte[SegmentHeader.BYTES + bytes];
        System.arraycopy(beginning, 0, content, 0, beginning.length);
        byte[] body = in.rest();
        System.arraycopy(body, 0, content, SegmentHeader.BYTES, Math.min(body.length, bytes));
        Path path = file.with(content);
        if (name != null) {
            openElsewhere(number, claimed, name);
        }
        open(path, content, number, claimed, offset);
        leftBehind(path, content, number);
    }

    private byte[] header(long number) throws IOException {
        try (FileChannel channel = FileChannel.open(file.with(new byte[0]), StandardOpenOption.WRITE)) {
            SegmentHeader.write(channel, number, TOKEN);
        }
        return Arrays.copyOf(Files.readAllBytes(file.path()), 40);
    }

    private static byte[] descriptor(byte[] token, byte[] name) {
        return ByteBuffer.allocate(token.length + name.length).put(token).put(name).array();
    }

    private void openElsewhere(long number, long claimed, byte[] name) {
        try {
            segments.open(number, claimed, descriptor(TOKEN, name)).close();
        } catch (IOException e) {
            return;
        }
        throw new Finding("was talked into " + new String(name, StandardCharsets.UTF_8));
    }

    private void open(Path path, byte[] content, long number, long claimed, int offset) throws IOException {
        boolean right = isSegment(content, number) && Arrays.equals(TOKEN, Arrays.copyOfRange(content, 16, 32))
                && claimed >= 1 && claimed <= content.length - SegmentHeader.BYTES;
        try (RemoteSegment segment = segments.open(
                number, claimed, descriptor(TOKEN, path.toString().getBytes(StandardCharsets.UTF_8)))) {
            Finding.unless(right, "opened segment " + number + " of " + claimed + " bytes");
            byte[] piece = {1, 2, 3};
            boolean fits = offset + piece.length <= claimed;
            try {
                segment.put(offset, ByteBuffer.wrap(piece));
                Finding.unless(fits, "wrote at " + offset + " of " + claimed);
                System.arraycopy(piece, 0, content, SegmentHeader.BYTES + offset, piece.length);
            } catch (IndexOutOfBoundsException e) {
                Finding.unless(!fits, "did not write at " + offset + " of " + claimed);
            }
        } catch (IOException e) {
            Finding.unless(!right, "did not open: " + e.getMessage());
        }
        Finding.unless(Arrays.equals(content, Files.readAllBytes(path)), "something else was written over");
    }

    private static boolean isSegment(byte[] content, long number) {
        ByteBuffer header = ByteBuffer.wrap(content);
        return header.getLong() == 0x6b76646f636b5331L && header.getLong() == number;
    }

    private static void leftBehind(Path path, byte[] content, long number) {
        Optional<LocalSegment> segment;
        try {
            segment = Optional.of(SegmentFile.open(path, number));
        } catch (IOException e) {
            segment = Optional.empty();
        }
        boolean right = isSegment(content, number) && content.length > SegmentHeader.BYTES;
        Finding.unless(segment.isPresent() == right, "left behind: " + segment + ", must be one: " + right);
        segment.ifPresent(found -> {
            byte[] memory = new byte[found.memory().remaining()];
            found.memory().get(memory);
            Finding.unless(
                    Arrays.equals(memory, 0, memory.length, content, SegmentHeader.BYTES, content.length), "other bytes than the file's");
            // Not dropped, which would delete the file.
            Unmapper.unmap((MappedByteBuffer) found.memory());
        });
    }
}
