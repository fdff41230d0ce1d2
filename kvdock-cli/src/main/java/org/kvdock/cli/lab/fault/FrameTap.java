package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.relay.Relay;

/** Cuts what passes in one direction into frames and hands them on one by one. Trusts both ends: they are ours. */
final class FrameTap implements Relay.Tap {
    private static final int KIND = 4;

    /** Gets each frame; what is to go on is written to out. */
    interface Reader {
        void frame(Frame frame, OutputStream out) throws IOException, InterruptedException;
    }

    private final Relay.Connection connection;
    private final Reader reader;
    private byte[] held = new byte[1 << 16];
    private int length;

    FrameTap(Relay.Connection connection, Reader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    @Override
    public void passing(byte[] bytes, int count, OutputStream out) throws IOException, InterruptedException {
        if (held.length - length < count) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, length + count));
        }
        System.arraycopy(bytes, 0, held, length, count);
        length += count;
        int at = 0;
        for (int frame = frameBytes(at); frame > 0 && length - at >= frame; frame = frameBytes(at)) {
            byte[] whole = Arrays.copyOfRange(held, at, at + frame);
            at += frame;
            reader.frame(new Frame(connection, type(whole), whole), out);
        }
        System.arraycopy(held, at, held, 0, length - at);
        length -= at;
    }

    // 0 if its header has not come yet.
    private int frameBytes(int at) {
        if (length - at < FrameHeader.COMMON_BYTES) {
            return 0;
        }
        boolean data = held[at + KIND] == FrameHeader.DATA;
        return ByteBuffer.wrap(held).getInt(at) + (data ? FrameHeader.DATA_HEADER_BYTES : FrameHeader.MESSAGE_HEADER_BYTES);
    }

    private static String type(byte[] frame) throws IOException {
        if (frame[KIND] == FrameHeader.DATA) {
            return Frame.DATA;
        }
        byte[] message = Arrays.copyOfRange(frame, FrameHeader.MESSAGE_HEADER_BYTES, frame.length);
        return MessageCodec.decode(message).getClass().getSimpleName();
    }
}
