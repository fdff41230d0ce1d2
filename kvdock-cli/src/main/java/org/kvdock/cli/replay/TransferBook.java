package org.kvdock.cli.replay;

import java.util.HashMap;
import java.util.Map;
import org.kvdock.cli.workload.Request;
import org.kvdock.l2.Bitmap;

/**
 * Says of each block that prefill computed whether it was transferred or was there already, and which blocks were sent
 * again without having been computed again.
 *
 * <p>Requests are stored side by side, so a block that one of them computed may be moved by the task of the next, which
 * found it in L1. That is its first transfer all the same. So what is counted are computations: each is settled once, by
 * the first move of its block, or else by the end of its own request.
 *
 * <p>Safe for all threads; all fields are guarded by this.
 */
final class TransferBook {
    /**
     * What the end of one request's store added.
     *
     * @param transferred computed blocks whose bytes were moved
     * @param deduplicated computed blocks that were there already
     * @param resent blocks that were moved though nothing had computed them since they were moved last
     * @param unstored blocks that are not stored
     */
    record Entry(int transferred, int deduplicated, int resent, int unstored) {}

    /** Computations by block that are not settled; only blocks of requests in flight. */
    private final Map<Long, Integer> unsettled = new HashMap<>();

    /** @param block computed, and to be stored by the request that computed it */
    synchronized void computed(long block) {
        unsettled.merge(block, 1, Integer::sum);
    }

    /**
     * @param request whose store has ended
     * @param hits how many of its leading blocks were not computed for it
     * @param stored which of its blocks are stored
     * @param moved which of these were moved for it
     * @return what that adds
     */
    synchronized Entry ended(Request request, int hits, Bitmap stored, Bitmap moved) {
        int transferred = 0;
        int deduplicated = 0;
        int resent = 0;
        for (int i = 0; i < request.size(); i++) {
            boolean computedHere = i >= hits;
            if (moved.test(i)) {
                if (settle(request.block(i))) {
                    transferred++;
                } else {
                    resent++;
                }
            } else if (computedHere && settle(request.block(i)) && stored.test(i)) {
                deduplicated++;
            }
        }
        return new Entry(transferred, deduplicated, resent, request.size() - stored.count());
    }

    private boolean settle(long block) {
        Integer count = unsettled.get(block);
        if (count == null) {
            return false;
        }
        if (count == 1) {
            unsettled.remove(block);
        } else {
            unsettled.put(block, count - 1);
        }
        return true;
    }
}
