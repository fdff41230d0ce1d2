package org.kvdock.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Takes an input apart into instructions; past its end everything is zero or empty. For one thread. */
public final class InputReader {
    private final ByteBuffer in;

    /** @param input read from its beginning, big-endian */
    public InputReader(byte[] input) {
        in = ByteBuffer.wrap(input);
    }

    /** @return whether something is left */
    public boolean hasMore() {
        return in.hasRemaining();
    }

    /** @return 0 to 255 */
    public int u8() {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }

    /** @return 0 to 65535 */
    public int u16() {
        return u8() << 8 | u8();
    }

    public int i32() {
        return u16() << 16 | u16();
    }

    public long i64() {
        return (long) i32() << 32 | i32() & 0xFFFFFFFFL;
    }

    /** @return as many bytes as that, or fewer where the input ends */
    public byte[] bytes(int count) {
        byte[] bytes = new byte[Math.min(count, in.remaining())];
        in.get(bytes);
        return bytes;
    }

    /** @return one byte says how many, and so many bytes */
    public byte[] shortBytes() {
        return bytes(u8());
    }

    /** @return what is left */
    public byte[] rest() {
        return bytes(in.remaining());
    }

    /** @return what is left, as text in which every byte is one character */
    public String latin() {
        return new String(rest(), StandardCharsets.ISO_8859_1);
    }
}
