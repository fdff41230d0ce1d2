package org.kvdock.cli.workload;

import java.util.Objects;

/** One request: the ids of its prompt's KV blocks, in order. Immutable. */
public final class Request {
    private final int line;
    private final long arrivalMillis;
    private final long[] blocks;

    /**
     * @param line its number in the workload, from 1; its name in both hosts
     * @param arrivalMillis when it arrives, counted from the start of the workload
     * @param blocks block ids, distinct; an equal id is an equal prefix block; not copied, must not change
     */
    Request(int line, long arrivalMillis, long[] blocks) {
        this.line = line;
        this.arrivalMillis = arrivalMillis;
        this.blocks = Objects.requireNonNull(blocks, "blocks");
    }

    /** @return its number in the workload, from 1 */
    public int line() {
        return line;
    }

    /** @return milliseconds from the start of the workload */
    public long arrivalMillis() {
        return arrivalMillis;
    }

    /** @return how many blocks its prompt has, possibly none */
    public int size() {
        return blocks.length;
    }

    /**
     * @param index 0 to {@code size() - 1}
     * @return that block's id
     */
    public long block(int index) {
        return blocks[index];
    }
}
