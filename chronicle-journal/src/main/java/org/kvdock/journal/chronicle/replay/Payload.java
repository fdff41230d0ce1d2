package org.kvdock.journal.chronicle.replay;

import java.nio.ByteBuffer;
import org.kvdock.l2.ObjectKey;

/** Bytes made from a key: the journal has none, and these can be made again to check what comes back. */
final class Payload {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
    private static final long MIX_2 = 0x94D049BB133111EBL;

    private Payload() {}

    /** Fills a chunk; each word depends on the key and its place. */
    static void fill(ObjectKey key, ByteBuffer chunk) {
        long seed = seed(key);
        int words = chunk.remaining() / Long.BYTES;
        for (int i = 0; i < words; i++) {
            chunk.putLong(word(seed, i));
        }
        for (long last = word(seed, words); chunk.hasRemaining(); last >>>= Byte.SIZE) {
            chunk.put((byte) last);
        }
    }

    /** @return whether a chunk holds what {@link #fill} made */
    static boolean matches(ObjectKey key, ByteBuffer chunk) {
        long seed = seed(key);
        int words = chunk.remaining() / Long.BYTES;
        for (int i = 0; i < words; i++) {
            if (chunk.getLong() != word(seed, i)) {
                return false;
            }
        }
        for (long last = word(seed, words); chunk.hasRemaining(); last >>>= Byte.SIZE) {
            if (chunk.get() != (byte) last) {
                return false;
            }
        }
        return true;
    }

    private static long seed(ObjectKey key) {
        ByteBuffer encoded = ByteBuffer.allocate(key.encodedLength());
        key.writeTo(encoded);
        long seed = encoded.position();
        for (int i = 0; i < encoded.position(); i++) {
            seed = (seed ^ encoded.get(i)) * STEP;
        }
        return seed;
    }

    private static long word(long seed, long index) {
        long z = seed + index * STEP;
        z = (z ^ z >>> 30) * MIX_1;
        z = (z ^ z >>> 27) * MIX_2;
        return z ^ z >>> 31;
    }
}
