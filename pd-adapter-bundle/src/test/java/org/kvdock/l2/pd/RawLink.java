package org.kvdock.l2.pd;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.tck.Caller;

/** One end of a transfer connection, driven by hand: a test says each step, and leaves out what it likes. */
final class RawLink implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    RawLink(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Caller.patience().toMillis());
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects as a sender does. */
    static RawLink to(int port) throws IOException {
        return new RawLink(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    void send(Message message) throws IOException {
        ByteBuffer frame = FrameHeader.frame(MessageCodec.encode(message));
        send(frame.array(), 0, frame.remaining());
    }

    void send(byte[] bytes, int from, int length) throws IOException {
        socket.getOutputStream().write(bytes, from, length);
        socket.getOutputStream().flush();
    }

    /** @return a data frame with all of a chunk */
    static byte[] dataFrame(long slot, long epoch, byte[] chunk) {
        return dataFrame(slot, epoch, 0, chunk);
    }

    static byte[] dataFrame(long slot, long epoch, int offset, byte[] chunk) {
        ByteBuffer frame = ByteBuffer.allocate(FrameHeader.DATA_HEADER_BYTES + chunk.length);
        FrameHeader.putData(frame, chunk.length, slot, epoch, offset);
        return frame.put(chunk).array();
    }

    /** @return the next message, data frames and heartbeats skipped */
    Message receive() throws IOException {
        Message message = receiveAny();
        while (message instanceof Message.Heartbeat) {
            message = receiveAny();
        }
        return message;
    }

    /** @return the next message, data frames skipped */
    Message receiveAny() throws IOException {
        for (;;) {
            int length = in.readInt();
            int kind = in.readByte();
            in.skipNBytes(3);
            if (kind == FrameHeader.DATA) {
                in.skipNBytes(FrameHeader.DATA_HEADER_BYTES - FrameHeader.COMMON_BYTES + length);
                continue;
            }
            in.skipNBytes(FrameHeader.MESSAGE_HEADER_BYTES - FrameHeader.COMMON_BYTES);
            return MessageCodec.decode(in.readNBytes(length));
        }
    }

    /** Takes half of the next data frame from the connection. */
    void receiveHalfOfADataFrame() throws IOException {
        for (;;) {
            int length = in.readInt();
            int kind = in.readByte();
            in.skipNBytes(3);
            if (kind == FrameHeader.DATA) {
                in.skipNBytes(FrameHeader.DATA_HEADER_BYTES - FrameHeader.COMMON_BYTES + length / 2);
                return;
            }
            in.skipNBytes(FrameHeader.MESSAGE_HEADER_BYTES - FrameHeader.COMMON_BYTES + length);
        }
    }

    <T extends Message> T receive(Class<T> type) throws IOException {
        Message message = receive();
        if (!type.isInstance(message)) {
            throw new AssertionError("expected " + type.getSimpleName() + ", got " + message);
        }
        return type.cast(message);
    }

    /** Waits until the other side has closed the connection or half of it. */
    void awaitEnd() throws IOException {
        try {
            while (in.read() >= 0) {
                // what came before the end
            }
        } catch (SocketException e) {
            // reset
        }
    }

    Message.Welcome greet(long session, String... channels) throws IOException {
        send(new Message.Hello(Limits.VERSION, "raw", session, 0, List.of(channels)));
        return receive(Message.Welcome.class);
    }

    static Message.Reserve reserve(long id, long epoch, String request, int total, List<ObjectKey> keys, int length) {
        int[] lengths = new int[keys.size()];
        Arrays.fill(lengths, length);
        return new Message.Reserve(id, epoch, request, total == keys.size(), total, 60_000, keys, lengths, KvLayout.OPAQUE);
    }

    static int checksum(byte[] chunk) {
        CRC32C sum = new CRC32C();
        sum.update(chunk);
        return (int) sum.getValue();
    }

    /** Closes its end in the middle of a test. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
