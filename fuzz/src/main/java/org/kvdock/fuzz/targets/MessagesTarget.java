package org.kvdock.fuzz.targets;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/** One message of a transfer connection, hello and welcome among them. */
public final class MessagesTarget implements FuzzTarget {
    private static final Decoding DECODING = new Decoding(ProtocolException.class, 256 << 10, 80);

    @Override
    public String name() {
        return "messages";
    }

    @Override
    public List<byte[]> seeds() {
        return MessageSamples.ALL.stream().map(MessageCodec::encode).toList();
    }

    @Override
    public void run(byte[] input) throws ProtocolException {
        Optional<Message> message = DECODING.decoded(input.length, () -> MessageCodec.decode(input));
        if (message.isPresent()) {
            byte[] again = MessageCodec.encode(message.get());
            Message second = MessageCodec.decode(again);
            Finding.unless(second.getClass() == message.get().getClass(), "another type after encoding: " + second);
            Finding.unless(Arrays.equals(again, MessageCodec.encode(second)), "encoded twice, " + second + " is not the same");
        }
    }
}
