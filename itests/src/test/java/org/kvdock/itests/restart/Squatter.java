package org.kvdock.itests.restart;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;

/** A sender that reserves room and never writes, so that there is some for sure when the receiver is killed. */
final class Squatter implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int WAIT_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final int slots;

    /** Returns when the room is reserved. */
    Squatter(int port, List<ObjectKey> keys, int length) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        send(new Message.Hello(Limits.VERSION, "squatter", System.nanoTime(), 0, List.of("shm", "tcp")));
        Message.Welcome welcome = (Message.Welcome) receive();
        int[] lengths = new int[keys.size()];
        Arrays.fill(lengths, length);
        send(new Message.Reserve(
                0, welcome.epoch(), "squats", true, keys.size(), WAIT_MILLIS, keys, lengths, KvLayout.OPAQUE));
        Message message = receive();
        while (message instanceof Message.Segment) {
            message = receive();
        }
        if (!(message instanceof Message.Alloc alloc)) {
            throw new IOException("the receiver reserves nothing: " + message);
        }
        slots = alloc.slots().length;
    }

    /** @return how many slots it has */
    int slots() {
        return slots;
    }

    private void send(Message message) throws IOException {
        socket.getOutputStream().write(FrameHeader.frame(MessageCodec.encode(message)).array());
    }

    private Message receive() throws IOException {
        int length = in.readInt();
        in.skipNBytes(FrameHeader.MESSAGE_HEADER_BYTES - Integer.BYTES);
        return MessageCodec.decode(in.readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
