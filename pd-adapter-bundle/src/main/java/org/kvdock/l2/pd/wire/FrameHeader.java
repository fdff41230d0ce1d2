package org.kvdock.l2.pd.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What comes before each message and each slice of a chunk on the transfer connection. Big-endian. The first eight bytes
 * are the same in every version of the protocol, so that one knows another one.
 *
 * <pre>
 *  every frame                           a message frame goes on        a data frame goes on
 *  0         4      5      6      8      8          12                  8          16         24       28
 *  +---------+------+------+------+      +----------+---------          +----------+----------+--------+---------
 *  | payload | kind | vers | zero |      | checksum | message           | slot     | epoch    | offset | slice
 *  | bytes   | u8   | u8   | u16  |      | u32      |                   | u64      | u64      | u32    |
 *  +---------+------+------+------+      +----------+---------          +----------+----------+--------+---------
 * </pre>
 *
 * The payload of a message frame is one message, and the checksum is its CRC-32C: a bit that turns in a key would make a
 * chunk visible under another one's name, with all of its bytes right. The payload of a data frame goes into its slot at
 * its offset; wherever it goes by mistake, the checksum of that slot's commit notices.
 */
public final class FrameHeader {
    /** Kind of a message frame. */
    public static final int MESSAGE = 1;
    /** Kind of a data frame. */
    public static final int DATA = 2;
    /** Bytes that every header begins with. */
    public static final int COMMON_BYTES = 8;
    /** Bytes before the payload of a message frame. */
    public static final int MESSAGE_HEADER_BYTES = 12;
    /** Bytes before the payload of a data frame. */
    public static final int DATA_HEADER_BYTES = 28;

    private FrameHeader() {}

    /** @return the message as a whole frame, ready to be read */
    public static ByteBuffer frame(byte[] message) {
        return ByteBuffer.allocate(MESSAGE_HEADER_BYTES + message.length)
                .putInt(message.length)
                .put((byte) MESSAGE)
                .put((byte) Limits.VERSION)
                .putShort((short) 0)
                .putInt(checksum(message))
                .put(message)
                .flip();
    }

    /** @return CRC-32C of a message */
    static int checksum(byte[] message) {
        CRC32C sum = new CRC32C();
        sum.update(message);
        return (int) sum.getValue();
    }

    /** Puts the header of a data frame. */
    public static void putData(ByteBuffer out, int payloadBytes, long slot, long epoch, int offset) {
        out.putInt(payloadBytes)
                .put((byte) DATA)
                .put((byte) Limits.VERSION)
                .putShort((short) 0)
                .putLong(slot)
                .putLong(epoch)
                .putInt(offset);
    }
}
