package org.kvdock.l2;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One KV chunk's place in the caller's memory: a slice of off-heap memory with its own length. Immutable; the bytes
 * behind it are not. They belong to the caller, and an adapter touches them only between the submit and the completion
 * of its task (R7).
 */
public final class KvBuffer {
    private final ByteBuffer slice;

    private KvBuffer(ByteBuffer slice) {
        this.slice = slice;
    }

    /**
     * @param direct a direct buffer; its bytes from position to limit become the chunk, and later changes of its
     *     position or limit do not matter
     * @return the chunk's place; shares the buffer's memory
     * @throws BadArgumentException if the buffer lives on the heap, where the collector may move it, or is read-only
     */
    public static KvBuffer of(ByteBuffer direct) {
        Objects.requireNonNull(direct, "direct");
        if (!direct.isDirect()) {
            throw new BadArgumentException("buffer", "a heap buffer", "direct; KvBuffer.copyOf copies heap bytes");
        }
        if (direct.isReadOnly()) {
            throw new BadArgumentException("buffer", "a read-only buffer", "writable, since a load fills it");
        }
        return new KvBuffer(direct.slice());
    }

    /**
     * @param direct a direct buffer
     * @param offset first byte of the chunk, counted from the buffer's index 0
     * @param length bytes in the chunk, at least 0
     * @return the chunk's place; shares the buffer's memory
     * @throws BadArgumentException if the buffer lives on the heap or the range is not inside its capacity
     */
    public static KvBuffer of(ByteBuffer direct, int offset, int length) {
        if (offset < 0 || length < 0 || offset > direct.capacity() - length) {
            throw new BadArgumentException(
                    "buffer range", "[" + offset + ", " + ((long) offset + length) + ")",
                    "inside [0, " + direct.capacity() + ")");
        }
        return of(direct.duplicate().limit(offset + length).position(offset));
    }

    /**
     * @param bytes heap bytes; copied, later changes do not matter
     * @return new off-heap memory with these bytes
     */
    public static KvBuffer copyOf(byte[] bytes) {
        return of(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /**
     * @param length bytes, at least 0
     * @return new zeroed off-heap memory
     */
    public static KvBuffer allocate(int length) {
        return of(ByteBuffer.allocateDirect(length));
    }

    /** @return the chunk's length in bytes */
    public int length() {
        return slice.capacity();
    }

    /** @return a new view of the chunk's bytes, position 0, limit {@code length()}, big-endian */
    public ByteBuffer view() {
        return slice.duplicate();
    }
}
