package org.kvdock.cli.lab.fault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.relay.Relay;

/**
 * One frame of the transfer connection, on its way.
 *
 * @param connection what it passes through
 * @param type its message's, or {@link #DATA}
 * @param bytes all of it, header first
 */
record Frame(Relay.Connection connection, String type, byte[] bytes) {
    static final String DATA = "Data";

    /** Where a data frame's header has its epoch: see {@link FrameHeader}. */
    private static final int DATA_EPOCH = 16;

    /** @return the payload of a message frame, decoded */
    Message message() throws ProtocolException {
        return MessageCodec.decode(Arrays.copyOfRange(bytes, headerBytes(), bytes.length));
    }

    /** @return where the payload begins */
    int headerBytes() {
        return type.equals(DATA) ? FrameHeader.DATA_HEADER_BYTES : FrameHeader.MESSAGE_HEADER_BYTES;
    }

    /** @return bytes of a frame with another message */
    static byte[] bytes(Message message) {
        return FrameHeader.frame(MessageCodec.encode(message)).array();
    }

    /** @return these bytes with another epoch in the header of a data frame */
    byte[] dataOfEpoch(long epoch) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).putLong(DATA_EPOCH, epoch);
        return changed;
    }

    /** @return the epoch in the header of a data frame */
    long dataEpoch() {
        return ByteBuffer.wrap(bytes).getLong(DATA_EPOCH);
    }

    /** @return bytes as text of as many characters, to look for some in others */
    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** @return these bytes with one bit turned */
    byte[] flipped(int bit) {
        byte[] changed = bytes.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return changed;
    }
}
