package org.kvdock.bench;

import java.util.List;

/** Lengths of chunks that channels are measured with, and how many bytes each round moves. */
final class ChunkSizes {
    static final List<Integer> ALL = List.of(64 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20);
    /** Bytes of one round: more than any cache holds, so that buffers are not found there. */
    static final int ROUND_BYTES = 256 << 20;
    /** Chunks shorter than this share a task. */
    private static final int TASK_BYTES = 1 << 20;
    /** Tasks in flight. */
    static final int WINDOW = 8;

    private ChunkSizes() {}

    static String name(int bytes) {
        return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }

    static int perTask(int bytes) {
        return Math.max(1, TASK_BYTES / bytes);
    }

    static double gigabytesPerSecond(long bytes, long nanos) {
        return (double) bytes / nanos;
    }
}
