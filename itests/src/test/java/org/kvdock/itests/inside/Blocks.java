package org.kvdock.itests.inside;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.kvdock.l2.ObjectKey;

/** Keys by number, and bytes that depend on the key and on their place. */
public final class Blocks {
    private Blocks() {}

    /** @return the keys of from, from + 1, ... */
    public static List<ObjectKey> keys(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> ObjectKey.of(ByteBuffer.allocate(4).putInt(i).array(), "model", 0, 0, ""))
                .toList();
    }

    /** Fills all of a chunk. */
    public static void fill(ByteBuffer chunk, ObjectKey key) {
        for (int at = 0; at < chunk.limit(); at++) {
            chunk.put(at, expected(key, at));
        }
    }

    /** @return whether every byte is the key's */
    public static boolean matches(ByteBuffer chunk, ObjectKey key) {
        for (int at = 0; at < chunk.limit(); at++) {
            if (chunk.get(at) != expected(key, at)) {
                return false;
            }
        }
        return true;
    }

    private static byte expected(ObjectKey key, int at) {
        int word = (key.hashCode() ^ at >>> 2) * 0x9E3779B1;
        return (byte) (word >>> 8 * (at & 3));
    }
}
