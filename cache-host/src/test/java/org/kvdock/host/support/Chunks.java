package org.kvdock.host.support;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.kvdock.l2.ObjectKey;

/** Keys and payloads made from a number: each 8-byte word depends on the number and on its place. */
public final class Chunks {
    private Chunks() {}

    public static ObjectKey key(long id) {
        return key(id, "");
    }

    public static ObjectKey key(long id, String salt) {
        return ObjectKey.of(ByteBuffer.allocate(8).putLong(id).array(), "model", 0, 0, salt);
    }

    public static List<ObjectKey> keys(long... ids) {
        List<ObjectKey> keys = new ArrayList<>();
        for (long id : ids) {
            keys.add(key(id));
        }
        return keys;
    }

    /** Keys of from, from + 1, ... */
    public static List<ObjectKey> range(long from, int count) {
        return keys(LongStream.range(from, from + count).toArray());
    }

    public static void fill(ByteBuffer chunk, ObjectKey key) {
        long id = ByteBuffer.wrap(key.contentHash()).getLong();
        for (int at = 0; at < chunk.limit(); at++) {
            chunk.put(at, expected(id, at));
        }
    }

    public static boolean matches(ByteBuffer chunk, ObjectKey key) {
        long id = ByteBuffer.wrap(key.contentHash()).getLong();
        for (int at = 0; at < chunk.limit(); at++) {
            if (chunk.get(at) != expected(id, at)) {
                return false;
            }
        }
        return true;
    }

    private static byte expected(long id, int at) {
        long word = (id + 1) * 0x9E3779B97F4A7C15L ^ (at >>> 3) * 0xC2B2AE3D27D4EB4FL;
        return (byte) (word >>> 8 * (at & 7));
    }
}
