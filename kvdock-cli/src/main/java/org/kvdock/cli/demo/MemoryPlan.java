package org.kvdock.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.kvdock.cli.ByteSize;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.Workload;

/**
 * How much memory each part of the demo may take.
 *
 * @param l1Blocks blocks that each prefill host's L1 holds; all distinct ones that it sees at the most
 * @param l1Bounded whether that is fewer than there are
 * @param decodeL1Blocks blocks that each decode host's L1 holds
 * @param decodeL1Bounded whether that is fewer than there are
 * @param stagingBytes what each receiver keeps for blocks on their way
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
    /** Heap, code, journals and buffers of one process, seen from above. */
    private static final long OTHER_BYTES = 400L << 20;
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
        Routes routes = options.routes();
        int prefills = routes.prefills();
        int decodes = routes.decodes();
        long prefillAll = most(routes.prefillShares(workload));
        long decodeAll = most(routes.decodeShares(workload));
        long staging = Math.max(LEAST_STAGING, 2 * block * workload.longest());
        long prefill = Math.min(prefillAll, options.l1Blocks().orElse(prefillAll));
        long decode = Math.min(decodeAll, options.decodeL1Blocks().orElse(decodeAll));
        List<String> notes = new ArrayList<>();
        long least = (long) LEAST_REQUESTS * workload.longest();
        long other = (prefills + decodes + 1) * OTHER_BYTES + decodes * staging + SPARE_BYTES;
        long room = (available.orElse(Long.MAX_VALUE / 2) - other) / block;
        if (prefills * prefill + decodes * decode > room && options.decodeL1Blocks().isEmpty()) {
            decode = Math.max(Math.min(decodeAll, least), Math.min(decode, (room - prefills * prefill) / decodes));
            notes.add("memory: decode's L1 is bounded to " + decode + " blocks, "
                    + ByteSize.text(available.getAsLong()) + " are available");
        }
        if (prefills * prefill + decodes * decode > room && options.l1Blocks().isEmpty()) {
            prefill = Math.max(Math.min(prefillAll, least), Math.min(prefill, (room - decodes * decode) / prefills));
            notes.add("memory: prefill's L1 is bounded to " + prefill + " blocks, hits are those of that capacity");
        }
        if (prefills * prefill + decodes * decode > room) {
            notes.add("memory: this may not suffice, " + ByteSize.text(available.getAsLong()) + " are available");
        }
        notes.add(0, "memory: L1 of " + each(prefills, "prefill") + ByteSize.text(prefill * block) + ", of "
                + each(decodes, "decode") + ByteSize.text(decode * block) + ", staging " + ByteSize.text(staging));
        return new MemoryPlan(prefill, prefill < prefillAll, decode, decode < decodeAll, staging, notes);
    }

    /**
     * A machine that runs out of memory kills somebody, perhaps not the demo. Who has said how large both L1s are knows
     * what he does.
     *
     * @throws UsageException if even the least that the L1s and staging take is more than there is
     */
    void check(DemoOptions options, OptionalLong available) throws UsageException {
        Routes routes = options.routes();
        long least = (routes.prefills() * l1Blocks + routes.decodes() * decodeL1Blocks) * options.blockBytes()
                + routes.decodes() * stagingBytes;
        boolean told = options.l1Blocks().isPresent() && options.decodeL1Blocks().isPresent();
        if (!told && least > available.orElse(Long.MAX_VALUE)) {
            throw new UsageException("--block-bytes: " + options.blockBytes() + " is not allowed, must be less: L1 and staging"
                    + " take at least " + ByteSize.text(least) + ", " + ByteSize.text(available.getAsLong())
                    + " are available (or say both --l1-blocks and --decode-l1-blocks)");
        }
    }

    private static String each(int hosts, String side) {
        return hosts == 1 ? side + " " : "each of " + hosts + " " + side + " hosts ";
    }

    /** @return most distinct blocks of one share, or those of the longest request if it is longer */
    private static long most(List<Workload> shares) {
        return shares.stream().mapToLong(share -> Math.max(share.distinctBlocks(), share.longest())).max().orElseThrow();
    }
}
