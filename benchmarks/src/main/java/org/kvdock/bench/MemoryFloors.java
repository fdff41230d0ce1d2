package org.kvdock.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** What this machine's memory gives one thread: a plain copy, and a copy with the checksum that every transfer has. */
final class MemoryFloors {
    private static final int SLICE_BYTES = 256 << 10;

    private final ByteBuffer from;
    private final ByteBuffer to = ByteBuffer.allocateDirect(ChunkSizes.ROUND_BYTES);

    private final int roundCount;

    /**
     * @param from {@link ChunkSizes#ROUND_BYTES} of direct memory
     * @param roundCount of each measurement
     */
    MemoryFloors(ByteBuffer from, int roundCount) {
        this.from = from;
        this.roundCount = roundCount;
    }

    /** @return GB/s of copies of that length */
    double copy(int chunkBytes) {
        return median(() -> {
            for (int at = 0; at < ChunkSizes.ROUND_BYTES; at += chunkBytes) {
                to.put(at, from, at, chunkBytes);
            }
        });
    }

    /** @return GB/s of copies of that length, in slices that are summed up while they are in the cache */
    double summedCopy(int chunkBytes) {
        CRC32C sum = new CRC32C();
        return median(() -> {
            for (int at = 0; at < ChunkSizes.ROUND_BYTES; at += chunkBytes) {
                sum.reset();
                for (int in = 0; in < chunkBytes; in += SLICE_BYTES) {
                    int bytes = Math.min(SLICE_BYTES, chunkBytes - in);
                    sum.update(from.slice(at + in, bytes));
                    to.put(at + in, from, at + in, bytes);
                }
            }
        });
    }

    private double median(Runnable round) {
        round.run();
        double[] rounds = new double[roundCount];
        for (int i = 0; i < rounds.length; i++) {
            long start = System.nanoTime();
            round.run();
            rounds[i] = ChunkSizes.gigabytesPerSecond(ChunkSizes.ROUND_BYTES, System.nanoTime() - start);
        }
        Arrays.sort(rounds);
        return rounds[rounds.length / 2];
    }
}
