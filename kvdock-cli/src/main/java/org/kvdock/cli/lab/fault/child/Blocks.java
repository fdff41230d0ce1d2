package org.kvdock.cli.lab.fault.child;

import java.util.List;
import java.util.stream.LongStream;
import org.kvdock.cli.workload.BlockBytes;
import org.kvdock.cli.workload.BlockKeys;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/**
 * Blocks whose ids follow each other.
 *
 * @param first the first one's id
 * @param keys their keys
 * @param bytes length of each
 */
record Blocks(long first, List<ObjectKey> keys, int bytes) {
    /** @param words an order's: its number, its verb, the first id, how many, how long each */
    static Blocks of(String[] words) {
        long first = Long.parseLong(words[2]);
        List<ObjectKey> keys = LongStream.range(first, first + Integer.parseInt(words[3])).mapToObj(BlockKeys::of).toList();
        return new Blocks(first, keys, Integer.parseInt(words[4]));
    }

    /** @return buffers with the blocks' bytes */
    Buffers filled() {
        Buffers buffers = Buffers.take(keys.size(), bytes);
        for (int i = 0; i < keys.size(); i++) {
            BlockBytes.fill(first + i, buffers.list().get(i).view());
        }
        return buffers;
    }

    /** @return whether the buffer holds all of the block with that index, and nothing else */
    boolean isRight(int index, KvBuffer buffer) {
        return BlockBytes.firstWrong(first + index, buffer.view()) < 0;
    }
}
