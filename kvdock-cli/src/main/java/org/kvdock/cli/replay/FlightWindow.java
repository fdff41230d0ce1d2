package org.kvdock.cli.replay;

/**
 * Holds prefill back while too much is under way. Requests enter in order; each leaves in two steps, stored and read,
 * in any order.
 *
 * <p>L1's victims must never be in flight, or hits would depend on timing. A victim is the least recently used block, so
 * what counts is not how many blocks are in flight but how many were touched since the oldest request in flight began:
 * these together must fit into L1. On the decode side the blocks of all unread requests must fit.
 *
 * <p>Safe for all threads; all fields are guarded by this.
 */
final class FlightWindow {
    private final int maxRequests;
    private final long l1Blocks;
    private final long decodeL1Blocks;
    private final int[] sizes;
    private final boolean[] stored;
    private final boolean[] read;
    private int entered;
    private int oldestUnstored;
    private long blocksSinceOldest;
    private int unread;
    private long unreadBlocks;

    /**
     * @param requests how many will enter
     * @param maxRequests most that have entered and are not read
     * @param l1Blocks most blocks from the oldest request that is not stored to the newest
     * @param decodeL1Blocks most blocks of requests that are not read
     */
    FlightWindow(int requests, int maxRequests, long l1Blocks, long decodeL1Blocks) {
        this.maxRequests = maxRequests;
        this.l1Blocks = l1Blocks;
        this.decodeL1Blocks = decodeL1Blocks;
        this.sizes = new int[requests];
        this.stored = new boolean[requests];
        this.read = new boolean[requests];
    }

    /**
     * Waits until the next request may begin.
     *
     * @param blocks how many it has; at most what either L1 holds
     */
    synchronized void enter(int blocks) throws InterruptedException {
        while (unread >= maxRequests
                || blocksSinceOldest + blocks > l1Blocks
                || unreadBlocks + blocks > decodeL1Blocks) {
            wait();
        }
        sizes[entered++] = blocks;
        blocksSinceOldest += blocks;
        unread++;
        unreadBlocks += blocks;
    }

    /** @param index a request that has entered, from 0 */
    synchronized void stored(int index) {
        stored[index] = true;
        while (oldestUnstored < entered && stored[oldestUnstored]) {
            blocksSinceOldest -= sizes[oldestUnstored++];
        }
        notifyAll();
    }

    /** @param index a request that has entered, from 0; again or before it entered: ignored */
    synchronized void read(int index) {
        if (index >= 0 && index < entered && !read[index]) {
            read[index] = true;
            unread--;
            unreadBlocks -= sizes[index];
            notifyAll();
        }
    }
}
