package org.kvdock.l2.pd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.relay.Relay;

/** A way to a receiver on which no sender offers shared memory, as if it were on another machine. */
final class OtherMachine {
    private OtherMachine() {}

    /** @return what takes {@code shm} out of each hello */
    static Relay.Taps taps() {
        return (connection, toReceiver) -> toReceiver ? hello() : Relay.Tap.OPEN;
    }

    private static Relay.Tap hello() {
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        boolean[] greeted = new boolean[1];
        return (bytes, length, out) -> {
            held.write(bytes, 0, length);
            if (!greeted[0] && held.size() >= FrameHeader.MESSAGE_HEADER_BYTES) {
                byte[] first = held.toByteArray();
                int end = FrameHeader.MESSAGE_HEADER_BYTES + ByteBuffer.wrap(first).getInt();
                if (first.length >= end) {
                    greeted[0] = true;
                    held.reset();
                    held.write(without(Arrays.copyOfRange(first, FrameHeader.MESSAGE_HEADER_BYTES, end)));
                    held.write(first, end, first.length - end);
                }
            }
            if (greeted[0]) {
                held.writeTo(out);
                held.reset();
            }
        };
    }

    private static byte[] without(byte[] message) throws IOException {
        Message.Hello hello = (Message.Hello) MessageCodec.decode(message);
        List<String> channels = hello.channels().stream().filter(channel -> !channel.equals("shm")).toList();
        return FrameHeader.frame(MessageCodec.encode(
                        new Message.Hello(hello.version(), hello.name(), hello.session(), hello.rank(), channels)))
                .array();
    }
}
