package org.kvdock.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockBytesTest {
    private static final int BLOCK = 4096;

    @Test
    @DisplayName("what was filled is right, at every length, and nothing outside is touched")
    void lengths() {
        for (int length = 0; length <= 70; length++) {
            ByteBuffer memory = ByteBuffer.allocateDirect(length + 16);
            ByteBuffer block = memory.duplicate().position(8).limit(8 + length);
            BlockBytes.fill(42, block);
            assertEquals(8, block.position());
            assertEquals(-1, BlockBytes.firstWrong(42, block));
            assertEquals(0, memory.getLong(0));
            assertEquals(0, memory.getLong(8 + length));
        }
    }

    @Test
    @DisplayName("one flipped bit anywhere is found, in the word where it is")
    void flippedBit() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuffer block = filled(7, BLOCK + 5);
        for (int round = 0; round < 20_000; round++) {
            int at = random.nextInt(block.limit());
            byte flipped = (byte) (block.get(at) ^ 1 << random.nextInt(8));
            byte right = block.get(at);
            block.put(at, flipped);
            assertEquals(at & ~7, BlockBytes.firstWrong(7, block), "seed " + seed + ", byte " + at);
            block.put(at, right);
        }
        assertEquals(-1, BlockBytes.firstWrong(7, block));
    }

    @Test
    @DisplayName("a block in another's place is wrong from its first word, for neighbouring ids too")
    void otherBlock() {
        for (long id = 0; id < 1000; id++) {
            assertEquals(0, BlockBytes.firstWrong(id + 1, filled(id, BLOCK)), "block " + id);
            assertEquals(0, BlockBytes.firstWrong(id, ByteBuffer.allocate(BLOCK)), "zeros as block " + id);
        }
    }

    @Test
    @DisplayName("no word comes twice in a block, so words in each other's places are found")
    void words() {
        ByteBuffer block = filled(3, 1 << 20);
        Set<Long> words = new HashSet<>();
        for (int at = 0; at < block.limit(); at += 8) {
            words.add(block.getLong(at));
        }
        assertEquals(block.limit() / 8, words.size());
        long first = block.getLong(0);
        block.putLong(0, block.getLong(8)).putLong(8, first);
        assertNotEquals(-1, BlockBytes.firstWrong(3, block));
    }

    private static ByteBuffer filled(long id, int length) {
        ByteBuffer block = ByteBuffer.allocate(length);
        BlockBytes.fill(id, block);
        return block;
    }
}
