package org.kvdock.l2.pd.wire;

import java.nio.ByteBuffer;

/**
 * What comes before each message and each slice of a chunk on the transfer connection. Big-endian.
 *
 * <pre>
 *  every frame                           a data frame goes on
 *  0         4      5      6      8      8          16         24       28
 *  +---------+------+------+------+      +----------+----------+--------+
 *  | payload | kind | vers | zero |      | slot     | epoch    | offset | payload ...
 *  | bytes   | u8   | u8   | u16  |      | u64      | u64      | u32    |
 *  +---------+------+------+------+      +----------+----------+--------+
 * </pre>
 *
 * The payload of a message frame is one message; the payload of a data frame goes into its slot at its offset.
 */
public final class FrameHeader {
    /** Kind of a message frame. */
    public static final int MESSAGE = 1;
    /** Kind of a data frame. */
    public static final int DATA = 2;
    /** Bytes before the payload of a message frame. */
    public static final int MESSAGE_HEADER_BYTES = 8;
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
                .put(message)
                .flip();
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
