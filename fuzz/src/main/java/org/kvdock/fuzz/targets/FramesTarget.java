package org.kvdock.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.fuzz.Slices;
import org.kvdock.l2.pd.wire.FrameDecoder;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * A transfer connection's bytes, from the first hello on. What the decoder makes of them must not depend on the pieces in
 * which they come, and must be, framed again, exactly the bytes that it took. Checksums of messages are mended, unless the
 * input says that they are not: few would be right otherwise.
 */
public final class FramesTarget implements FuzzTarget {
    private static final int MOST_KEPT_BYTES = 1 << 16;
    private static final Decoding DECODING = new Decoding(ProtocolException.class, 160 << 10, 16);

    @Override
    public String name() {
        return "frames";
    }

    @Override
    public List<byte[]> seeds() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(new byte[] {1, 0, 0, 0, 7});
        for (Message message : MessageSamples.ALL) {
            stream.writeBytes(FrameHeader.frame(MessageCodec.encode(message)).array());
        }
        ByteBuffer data = ByteBuffer.allocate(2 * FrameHeader.DATA_HEADER_BYTES + 40);
        FrameHeader.putData(data, 20, 1, 5, 100);
        data.position(data.position() + 20);
        FrameHeader.putData(data, 20, 3, 5, 0);
        stream.writeBytes(data.array());
        byte[] whole = stream.toByteArray();
        byte[] greeting = Arrays.copyOf(whole, 200);
        greeting[0] = 0;
        byte[] wrongSum = whole.clone();
        wrongSum[0] |= 4;
        wrongSum[5 + FrameHeader.COMMON_BYTES] ^= 1;
        return List.of(whole, greeting, wrongSum, Arrays.copyOf(whole, 5));
    }

    /** How a connection went, in a form that can be compared. */
    private record Course(int events, long digest, int taken, String end) {}

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        int flags = in.u8();
        int seed = in.i32();
        byte[] stream = in.rest();
        if ((flags & 4) == 0) {
            mend(stream);
        }
        Course whole = course(stream, flags, Optional.empty());
        Course sliced = course(stream, flags, Optional.of(new Slices(seed)));
        Finding.unless(whole.equals(sliced), "in one piece: " + whole + ", in many: " + sliced);
    }

    private static void mend(byte[] stream) {
        ByteBuffer frames = ByteBuffer.wrap(stream);
        int at = 0;
        while (stream.length - at >= FrameHeader.MESSAGE_HEADER_BYTES) {
            int payload = frames.getInt(at);
            boolean message = frames.get(at + 4) == FrameHeader.MESSAGE;
            long end = at + (message ? FrameHeader.MESSAGE_HEADER_BYTES : FrameHeader.DATA_HEADER_BYTES) + (long) payload;
            if (payload < 0 || end > stream.length) {
                return;
            }
            if (message) {
                byte[] frame = FrameHeader.frame(Arrays.copyOfRange(stream, (int) end - payload, (int) end)).array();
                frames.put(at + FrameHeader.COMMON_BYTES, frame, FrameHeader.COMMON_BYTES, Integer.BYTES);
            }
            at = (int) end;
        }
    }

    private static Course course(byte[] stream, int flags, Optional<Slices> slices) {
        Recorder recorder = new Recorder(stream, (flags & 1) != 0, (flags & 2) != 0);
        String[] end = {""};
        DECODING.decoded(stream.length, () -> {
            recorder.begin();
            try {
                feed(recorder, stream, slices);
                end[0] = "goes on";
            } catch (ProtocolException e) {
                end[0] = e.getMessage();
                throw e;
            }
            return true;
        });
        return new Course(recorder.events, recorder.digest, recorder.at, end[0]);
    }

    private static void feed(Recorder recorder, byte[] stream, Optional<Slices> slices) throws ProtocolException {
        if (slices.isEmpty()) {
            recorder.decoder.feed(ByteBuffer.wrap(stream));
            return;
        }
        for (int at = 0; at < stream.length; ) {
            int bytes = slices.get().next(stream.length - at);
            ByteBuffer target = recorder.decoder.directTarget();
            if (target != null && slices.get().coin()) {
                bytes = Math.min(bytes, target.remaining());
                target.put(stream, at, bytes);
                recorder.decoder.directFilled();
            } else {
                recorder.decoder.feed(ByteBuffer.wrap(stream, at, bytes));
            }
            at += bytes;
        }
    }

    /** Both ends' upper half, which holds each event against the bytes that it must have come from. */
    private static final class Recorder implements FrameDecoder.Sink {
        private final byte[] stream;
        private final boolean data;
        private final boolean drop;
        private final byte[] kept = new byte[MOST_KEPT_BYTES];
        private FrameDecoder decoder;
        private int events;
        private long digest;
        private int at;
        private int payloadAt;
        private ByteBuffer target;

        Recorder(byte[] stream, boolean data, boolean drop) {
            this.stream = stream;
            this.data = data;
            this.drop = drop;
        }

        void begin() {
            decoder = new FrameDecoder(this);
            events = 0;
            digest = 0;
            at = 0;
            target = null;
        }

        private void event(int what) {
            events++;
            digest = 31 * digest + what;
        }

        private void took(byte[] bytes) {
            Finding.unless(
                    at + bytes.length <= stream.length
                            && Arrays.equals(stream, at, at + bytes.length, bytes, 0, bytes.length),
                    "event " + events + " is not what stands at " + at);
            at += bytes.length;
        }

        @Override
        public void message(byte[] message) {
            took(FrameHeader.frame(message).array());
            event(Arrays.hashCode(message));
            if (events == 1) {
                decoder.greeted(data);
            }
        }

        @Override
        public ByteBuffer data(long slot, long epoch, int offset, int bytes) {
            Finding.unless(data && events > 0, "data before the hello, or where none may come");
            Finding.unless(bytes > 0 && offset >= 0 && offset + bytes > 0, "data of " + bytes + " bytes at " + offset);
            ByteBuffer header = ByteBuffer.allocate(FrameHeader.DATA_HEADER_BYTES);
            FrameHeader.putData(header, bytes, slot, epoch, offset);
            took(header.array());
            event(offset);
            payloadAt = at;
            at = (int) Math.min(stream.length, (long) at + bytes);
            target = drop || bytes > kept.length ? null : ByteBuffer.wrap(kept, 0, bytes);
            return target;
        }

        @Override
        public void dataComplete(long slot, int end) {
            Finding.unless(target != null && !target.hasRemaining(), "data complete that was dropped or is not complete");
            Finding.unless(
                    Arrays.equals(kept, 0, target.limit(), stream, payloadAt, payloadAt + target.limit()),
                    "data is not what stands at " + payloadAt);
            event(end);
            target = null;
        }
    }
}
