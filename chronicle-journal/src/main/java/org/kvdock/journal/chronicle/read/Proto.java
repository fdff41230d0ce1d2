package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One protobuf message being written: just the wire format, for a handful of messages. For one thread. */
final class Proto {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    private byte[] bytes = new byte[256];
    private int length;

    Proto clear() {
        length = 0;
        return this;
    }

    /** A field of type int, uint, bool or enum; 0 is written too. */
    Proto number(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    Proto text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint((long) field << 3 | LENGTH);
        varint(utf8.length);
        append(utf8, utf8.length);
        return this;
    }

    Proto message(int field, Proto value) {
        varint((long) field << 3 | LENGTH);
        varint(value.length);
        append(value.bytes, value.length);
        return this;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            one((byte) (left | 0x80));
            left >>>= 7;
        }
        one((byte) left);
    }

    private void one(byte value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = value;
    }

    private void append(byte[] from, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
        System.arraycopy(from, 0, bytes, length, count);
        length += count;
    }
}
