package org.kvdock.l2;

import java.util.List;

/**
 * What a drain found at its deadline (R11).
 *
 * @param left ids of accepted tasks that were not completed, ascending; empty if all were
 * @param locksHeld locks that nobody had given back
 */
public record DrainReport(List<Long> left, long locksHeld) {
    public DrainReport {
        left = List.copyOf(left);
    }

    /** @return whether every accepted task was completed */
    public boolean complete() {
        return left.isEmpty();
    }
}
