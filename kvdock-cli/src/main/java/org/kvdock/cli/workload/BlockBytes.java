package org.kvdock.cli.workload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a KV block, made from its id, so that each side can tell on its own what a block must hold. Every 8-byte
 * word depends on the id and on the word's offset: neither a block in another's place nor a word in another's passes.
 * Words are the numbers of a counter that starts at a hash of the id, each mixed; a last word that does not fit is cut.
 */
public final class BlockBytes {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long MIX = 0xD6E8FEB86659FD93L;

    private BlockBytes() {}

    /**
     * @param block the block's id
     * @param out filled from its position to its limit; its position is not moved
     */
    public static void fill(long block, ByteBuffer out) {
        ByteBuffer words = out.slice().order(ByteOrder.LITTLE_ENDIAN);
        long counter = start(block);
        int whole = words.limit() & ~7;
        for (int at = 0; at < whole; at += 8) {
            words.putLong(at, mix(counter));
            counter += STEP;
        }
        long last = mix(counter);
        for (int at = whole; at < words.limit(); at++) {
            words.put(at, (byte) last);
            last >>>= 8;
        }
    }

    /**
     * @param block the block's id
     * @param in compared from its position to its limit; its position is not moved
     * @return the offset of the first word that is not this block's, -1 if every byte is right
     */
    public static int firstWrong(long block, ByteBuffer in) {
        ByteBuffer words = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        long counter = start(block);
        int whole = words.limit() & ~7;
        for (int at = 0; at < whole; at += 8) {
            if (words.getLong(at) != mix(counter)) {
                return at;
            }
            counter += STEP;
        }
        long last = mix(counter);
        for (int at = whole; at < words.limit(); at++) {
            if (words.get(at) != (byte) last) {
                return whole;
            }
            last >>>= 8;
        }
        return -1;
    }

    private static long start(long block) {
        // The step keeps block 0 away from zeroed memory.
        long x = block + STEP;
        x = (x ^ x >>> 32) * MIX;
        x = (x ^ x >>> 32) * MIX;
        return x ^ x >>> 32;
    }

    private static long mix(long counter) {
        long x = (counter ^ counter >>> 32) * MIX;
        return x ^ x >>> 29;
    }
}
