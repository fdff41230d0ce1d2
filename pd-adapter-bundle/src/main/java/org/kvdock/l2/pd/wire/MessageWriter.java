package org.kvdock.l2.pd.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Writes one message: a MessagePack map whose first field is its type. For one thread. */
public final class MessageWriter {
    private final MessageBufferPacker out = MessagePack.newDefaultBufferPacker();
    private int left;

    /**
     * @param type the message's type
     * @param fields how many fields follow
     */
    public MessageWriter(String type, int fields) {
        left = fields + 1;
        try {
            out.packMapHeader(left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        text("type", type);
    }

    private interface Packing {
        void run() throws IOException;
    }

    private MessageWriter field(String name, Packing value) {
        left--;
        try {
            out.packString(name);
            value.run();
        } catch (IOException e) {
            // A buffer in memory does no I/O.
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A text field. */
    public MessageWriter text(String name, String value) {
        return field(name, () -> out.packString(value));
    }

    /** A number field. */
    public MessageWriter number(String name, long value) {
        return field(name, () -> out.packLong(value));
    }

    /** A flag field. */
    public MessageWriter flag(String name, boolean value) {
        return field(name, () -> out.packBoolean(value));
    }

    /** A list of numbers. */
    public MessageWriter numbers(String name, long... values) {
        return field(name, () -> {
            out.packArrayHeader(values.length);
            for (long value : values) {
                out.packLong(value);
            }
        });
    }

    /** A list of numbers. */
    public MessageWriter integers(String name, int... values) {
        return field(name, () -> {
            out.packArrayHeader(values.length);
            for (int value : values) {
                out.packInt(value);
            }
        });
    }

    /** A list of texts. */
    public MessageWriter texts(String name, List<String> values) {
        return field(name, () -> {
            out.packArrayHeader(values.size());
            for (String value : values) {
                out.packString(value);
            }
        });
    }

    /** A list of keys in their binary form. */
    public MessageWriter keys(String name, List<ObjectKey> values) {
        return field(name, () -> {
            out.packArrayHeader(values.size());
            for (ObjectKey value : values) {
                ByteBuffer encoded = ByteBuffer.allocate(value.encodedLength());
                value.writeTo(encoded);
                out.packBinaryHeader(encoded.capacity());
                out.writePayload(encoded.array());
            }
        });
    }

    /** Raw bytes. */
    public MessageWriter binary(String name, byte[] value) {
        return field(name, () -> {
            out.packBinaryHeader(value.length);
            out.writePayload(value);
        });
    }

    /** The four fields of a layout; they count as four. */
    public MessageWriter layout(KvLayout layout) {
        return text("fmt", layout.fmt())
                .numbers("shape", layout.shape().stream().mapToLong(Long::longValue).toArray())
                .text("dtype", layout.dtype())
                .number("last_chunk_toks", layout.lastChunkTokens());
    }

    /** @return the message's bytes */
    public byte[] bytes() {
        if (left != 0) {
            throw new IllegalStateException(left + " fields are missing");
        }
        return out.toByteArray();
    }
}
