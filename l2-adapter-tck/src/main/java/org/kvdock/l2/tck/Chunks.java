package org.kvdock.l2.tck;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/** Keys and contents for tests. A content depends on its key and length alone, so anybody can verify it. */
public final class Chunks {
    private Chunks() {}

    /** @return the key of that name under no salt */
    public static ObjectKey key(String name) {
        return key(name, "");
    }

    /** @return the key of that name under a salt */
    public static ObjectKey key(String name, String salt) {
        byte[] hash = name.getBytes(StandardCharsets.UTF_8);
        return ObjectKey.of(hash, "tck-model", 0, 0, salt);
    }

    /** @return the keys {@code name-0} to {@code name-(count-1)} */
    public static List<ObjectKey> keys(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> key(name + "-" + i)).toList();
    }

    /** @return the key's content */
    public static byte[] content(ObjectKey key, int length) {
        byte[] bytes = new byte[length];
        SplittableRandom random = new SplittableRandom(key.hashCode());
        for (int i = 0; i < length; i += Long.BYTES) {
            long word = random.nextLong();
            for (int b = i; b < Math.min(length, i + Long.BYTES); b++) {
                bytes[b] = (byte) (word >>> 8 * (b - i));
            }
        }
        return bytes;
    }

    /** @return new off-heap memory with the key's content */
    public static KvBuffer buffer(ObjectKey key, int length) {
        return KvBuffer.copyOf(content(key, length));
    }

    /** @return a buffer with its content for each key */
    public static List<KvBuffer> buffers(List<ObjectKey> keys, int length) {
        return keys.stream().map(key -> buffer(key, length)).toList();
    }

    /** @return zeroed buffers */
    public static List<KvBuffer> empty(int count, int length) {
        return IntStream.range(0, count).mapToObj(i -> KvBuffer.allocate(length)).toList();
    }

    /** @return a copy of the buffer's bytes */
    public static byte[] bytes(KvBuffer buffer) {
        ByteBuffer view = buffer.view();
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }
}
