package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * What stands before a segment's bytes in its file. Big-endian. Whoever opens a file for writing checks it first, so that
 * nobody can be talked into writing over a file that is no segment.
 *
 * <pre>
 *  0          8          16         32                  4096
 *  +----------+----------+----------+-------------------+--------
 *  | magic    | number   | token    | zero              | bytes ...
 *  | kvdockS1 | u64      | 16 bytes |                   |
 *  +----------+----------+----------+-------------------+--------
 * </pre>
 */
final class SegmentHeader {
    /** Bytes before the segment's. */
    static final int BYTES = 4096;
    /** Bytes of the token. */
    static final int TOKEN_BYTES = 16;

    private static final long MAGIC = 0x6b76646f636b5331L;

    private SegmentHeader() {}

    static void write(FileChannel file, long number, byte[] token) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(BYTES).putLong(MAGIC).putLong(number).put(token).clear();
        while (header.hasRemaining()) {
            file.write(header, header.position());
        }
    }

    /**
     * @return the token
     * @throws IOException if the file does not begin with the header of that segment
     */
    static byte[] read(FileChannel file, long number) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(BYTES);
        while (header.hasRemaining() && file.read(header, header.position()) >= 0) {
            // goes on
        }
        header.flip();
        if (header.limit() < BYTES || header.getLong() != MAGIC || header.getLong() != number) {
            throw new IOException("not the file of segment " + number);
        }
        return Arrays.copyOfRange(header.array(), header.position(), header.position() + TOKEN_BYTES);
    }
}
