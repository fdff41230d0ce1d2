package org.kvdock.l2.pd.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes frames apart as their bytes come in, in pieces of any size. Holds at most one header and one message; a
 * message's memory grows with the bytes that really came. For one thread.
 *
 * <pre>
 *  HEADER --message--> MESSAGE_HEADER --> MESSAGE --complete, and what its checksum says--> HEADER
 *  HEADER --data--> DATA_HEADER --> DATA (into the slot, or dropped) --complete--> HEADER
 *  HEADER --another version, before the hello is done--> OTHER_VERSION (dropped)
 * </pre>
 */
public final class FrameDecoder {
    /** What to do with what came. */
    public interface Sink {
        /** @param message one whole message; the sink's to keep */
        void message(byte[] message) throws ProtocolException;

        /**
         * A data frame begins.
         *
         * @param bytes how many will come
         * @return where they go: a view with exactly that many bytes left, or null to drop them
         */
        ByteBuffer data(long slot, long epoch, int offset, int bytes) throws ProtocolException;

        /**
         * The data frame that began last, and was not dropped, is complete.
         *
         * @param end where the next one of this slot begins
         */
        void dataComplete(long slot, int end) throws ProtocolException;

        /**
         * The other side's first frame is of another version of the protocol; nothing that it sends will be read.
         *
         * @throws ProtocolException if there is nothing to be said to that
         */
        default void otherVersion(int version) throws ProtocolException {
            throw new ProtocolException("frame version", version, Limits.VERSION + " on both sides");
        }
    }

    private enum State {
        HEADER, MESSAGE_HEADER, MESSAGE, DATA_HEADER, DATA, OTHER_VERSION
    }

    private final Sink sink;
    private final ByteBuffer header = ByteBuffer.allocate(FrameHeader.DATA_HEADER_BYTES);
    private State state = State.HEADER;
    private int maxMessageBytes = Limits.GREETING_BYTES;
    private boolean greeted;
    private boolean dataAllowed;
    private int payloadBytes;
    private byte[] message = new byte[0];
    private int received;
    private long slot;
    private int end;
    private ByteBuffer target;
    private int dropping;

    /** @param sink gets what came */
    public FrameDecoder(Sink sink) {
        this.sink = sink;
        header.limit(FrameHeader.COMMON_BYTES);
    }

    /** The hello is done: long messages may come. */
    public void greeted(boolean dataAllowed) {
        this.maxMessageBytes = Limits.MESSAGE_BYTES;
        this.greeted = true;
        this.dataAllowed = dataAllowed;
    }

    /**
     * @param in all of its bytes are taken
     * @throws ProtocolException if they cannot be frames; the decoder is of no use any more
     */
    public void feed(ByteBuffer in) throws ProtocolException {
        while (in.hasRemaining()) {
            switch (state) {
                case HEADER -> header(in);
                case MESSAGE_HEADER -> messageHeader(in);
                case MESSAGE -> message(in);
                case DATA_HEADER -> dataHeader(in);
                case DATA -> data(in);
                case OTHER_VERSION -> in.position(in.limit());
            }
        }
    }

    /** @return the slot's memory that the next bytes belong to, to read into without a copy; null if there is none */
    public ByteBuffer directTarget() {
        return state == State.DATA ? target : null;
    }

    /** Bytes were read into {@link #directTarget()}. */
    public void directFilled() throws ProtocolException {
        if (!target.hasRemaining()) {
            completeData();
        }
    }

    private void header(ByteBuffer in) throws ProtocolException {
        move(in, header);
        if (header.hasRemaining()) {
            return;
        }
        payloadBytes = header.getInt(0);
        int kind = header.get(4);
        int version = header.get(5) & 0xFF;
        if (version != Limits.VERSION && !greeted && kind == FrameHeader.MESSAGE && header.getShort(6) == 0) {
            state = State.OTHER_VERSION;
            sink.otherVersion(version);
            return;
        }
        if (version != Limits.VERSION || header.getShort(6) != 0) {
            throw new ProtocolException("frame version", version, Limits.VERSION + " and zero");
        }
        if (kind == FrameHeader.MESSAGE) {
            if (payloadBytes < 1 || payloadBytes > maxMessageBytes) {
                throw new ProtocolException("message length", payloadBytes, "1 to " + maxMessageBytes);
            }
            header.limit(FrameHeader.MESSAGE_HEADER_BYTES);
            state = State.MESSAGE_HEADER;
        } else if (kind == FrameHeader.DATA && dataAllowed) {
            if (payloadBytes < 1 || payloadBytes > Limits.CHUNK_BYTES) {
                throw new ProtocolException("data length", payloadBytes, "1 to " + Limits.CHUNK_BYTES);
            }
            header.limit(FrameHeader.DATA_HEADER_BYTES);
            state = State.DATA_HEADER;
        } else {
            throw new ProtocolException("frame kind", kind, dataAllowed ? "1 or 2" : "1");
        }
    }

    private void messageHeader(ByteBuffer in) {
        move(in, header);
        if (!header.hasRemaining()) {
            received = 0;
            state = State.MESSAGE;
        }
    }

    private void message(ByteBuffer in) throws ProtocolException {
        int part = Math.min(in.remaining(), payloadBytes - received);
        if (message.length < received + part) {
            message = Arrays.copyOf(message, Math.min(payloadBytes, Math.max(received + part, 2 * message.length)));
        }
        in.get(message, received, part);
        received += part;
        if (received == payloadBytes) {
            byte[] whole = message.length == received ? message : Arrays.copyOf(message, received);
            message = new byte[0];
            int expected = header.getInt(FrameHeader.COMMON_BYTES);
            begin();
            if (FrameHeader.checksum(whole) != expected) {
                throw new ProtocolException("checksum of a message", Integer.toHexString(expected), "what its bytes add up to");
            }
            sink.message(whole);
        }
    }

    private void dataHeader(ByteBuffer in) throws ProtocolException {
        move(in, header);
        if (header.hasRemaining()) {
            return;
        }
        slot = header.getLong(8);
        int offset = header.getInt(24);
        if (offset < 0 || offset > Limits.CHUNK_BYTES - payloadBytes) {
            throw new ProtocolException("data offset", offset, "0 to " + (Limits.CHUNK_BYTES - payloadBytes));
        }
        end = offset + payloadBytes;
        target = sink.data(slot, header.getLong(16), offset, payloadBytes);
        dropping = target == null ? payloadBytes : 0;
        state = State.DATA;
    }

    private void data(ByteBuffer in) throws ProtocolException {
        if (target != null) {
            move(in, target);
            directFilled();
        } else {
            int part = Math.min(in.remaining(), dropping);
            in.position(in.position() + part);
            dropping -= part;
            if (dropping == 0) {
                begin();
            }
        }
    }

    private void completeData() throws ProtocolException {
        begin();
        sink.dataComplete(slot, end);
    }

    private void begin() {
        header.clear().limit(FrameHeader.COMMON_BYTES);
        target = null;
        state = State.HEADER;
    }

    private static void move(ByteBuffer in, ByteBuffer out) {
        int part = Math.min(in.remaining(), out.remaining());
        out.put(out.position(), in, in.position(), part);
        in.position(in.position() + part);
        out.position(out.position() + part);
    }
}
