package org.kvdock.cli.lab.fault;

import java.util.HashSet;
import java.util.Set;

/**
 * The blocks of one stage: which were made, and which of them the receiver that lives now must have, as a store of theirs
 * was told as a success and nobody has read them. For the scenario's thread, but {@link #newest}.
 */
final class Blocks {
    private final Set<Long> made = new HashSet<>();
    private final Set<Long> told = new HashSet<>();
    // Also read by hooks.
    private volatile long next = 1;

    /** @return the first of so many blocks that were never stored */
    long fresh(int count) {
        long first = next;
        next = first + count;
        for (int i = 0; i < count; i++) {
            made.add(first + i);
        }
        return first;
    }

    /** @return the block that was made last */
    long newest() {
        return next - 1;
    }

    /** @return whether this stage has made this block */
    boolean isOurs(long block) {
        return made.contains(block);
    }

    /**
     * A store has completed.
     *
     * @param bits a 1 for each of its blocks that is stored
     */
    void told(long first, String bits) {
        for (int i = 0; i < bits.length(); i++) {
            if (bits.charAt(i) == '1') {
                told.add(first + i);
            }
        }
    }

    /** These were read, or may have been. */
    void read(long first, int count) {
        for (int i = 0; i < count; i++) {
            told.remove(first + i);
        }
    }

    /** The receiver has lost all that it held. */
    void lost() {
        told.clear();
    }

    /** @return blocks that the receiver must have */
    Set<Long> expected() {
        return new HashSet<>(told);
    }
}
