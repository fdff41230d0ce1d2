package org.kvdock.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.kvdock.cli.ByteSize;
import org.kvdock.cli.workload.Workload;

/**
 * How much memory each part of the demo may take.
 *
 * @param l1Blocks blocks that prefill's L1 holds; all distinct ones at the most
 * @param l1Bounded whether that is fewer than there are
 * @param decodeL1Blocks blocks that decode's L1 holds
 * @param decodeL1Bounded whether that is fewer than there are
 * @param stagingBytes what the receiver keeps for blocks on their way
 * @param notes lines for people
 */
record MemoryPlan(
        long l1Blocks,
        boolean l1Bounded,
        long decodeL1Blocks,
        boolean decodeL1Bounded,
        long stagingBytes,
        List<String> notes) {
    private static final long LEAST_STAGING = 256L << 20;
    /** An L1 that is bounded for lack of memory holds this many of the longest request, so that some can be in flight. */
    private static final int LEAST_REQUESTS = 16;
    /** Heaps, code, journals and buffers of all processes together, seen from above. */
    private static final long OTHER_BYTES = 1200L << 20;
    /** What is left to the rest of the machine. */
    private static final long SPARE_BYTES = 256L << 20;

    /**
     * @param options what was asked for
     * @param workload what is replayed
     * @param available memory that can be had; empty if the system does not say
     * @return the plan; an L1 that was left unbounded is bounded where memory does not suffice
     */
    static MemoryPlan of(DemoOptions options, Workload workload, OptionalLong available) {
        long block = options.blockBytes();
        long all = Math.max(workload.distinctBlocks(), workload.longest());
        long staging = Math.max(LEAST_STAGING, 2 * block * workload.longest());
        long prefill = Math.min(all, options.l1Blocks().orElse(all));
        long decode = Math.min(all, options.decodeL1Blocks().orElse(all));
        List<String> notes = new ArrayList<>();
        long least = Math.min(all, (long) LEAST_REQUESTS * workload.longest());
        long room = (available.orElse(Long.MAX_VALUE / 2) - OTHER_BYTES - staging - SPARE_BYTES) / block;
        if (prefill + decode > room && options.decodeL1Blocks().isEmpty()) {
            decode = Math.max(least, Math.min(decode, room - prefill));
            notes.add("memory: decode's L1 is bounded to " + decode + " blocks, "
                    + ByteSize.text(available.getAsLong()) + " are available");
        }
        if (prefill + decode > room && options.l1Blocks().isEmpty()) {
            prefill = Math.max(least, Math.min(prefill, room - decode));
            notes.add("memory: prefill's L1 is bounded to " + prefill + " blocks, hits are those of that capacity");
        }
        if (prefill + decode > room) {
            notes.add("memory: this may not suffice, " + ByteSize.text(available.getAsLong()) + " are available");
        }
        notes.add(0, "memory: L1 of prefill " + ByteSize.text(prefill * block) + ", of decode "
                + ByteSize.text(decode * block) + ", staging " + ByteSize.text(staging));
        return new MemoryPlan(prefill, prefill < all, decode, decode < all, staging, notes);
    }
}
