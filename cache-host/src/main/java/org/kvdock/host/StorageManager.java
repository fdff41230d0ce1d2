package org.kvdock.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host cache as its users see it: chunks are written into L1 and go to L2 by themselves, and come back by prefetch.
 * A service in OSGi; {@link CacheHost} without. Safe for all threads but where a method says otherwise.
 *
 * <p>Stages complete on a thread of the host that does nothing else, one after the other, with no lock held: what hangs
 * on them should be short, but cannot hold up a controller.
 */
@ProviderType
public interface StorageManager {
    /**
     * Starts writing one request's chunks. Its prefix is decided, touched and locked at once, so that hits depend only on
     * the order of these calls: make them in request order, and finish one request's puts before the next call.
     *
     * <p>L1 evicts strictly by last use as long as no victim is locked. Locked are the keys of requests whose
     * {@link RequestWriter#finish()} has not completed: none of them becomes a victim as long as all requests from the
     * oldest such one to the newest have at most {@code l1_max_objects} keys together.
     *
     * @param requestId the request's name, 1 to 256 characters
     * @param keys its chunks in order; may be empty
     * @param chunkBytes length of each chunk, at least 0
     * @return to be finished, or else aborted, within the write lease
     * @throws org.kvdock.l2.BadArgumentException if an argument is not as above
     * @throws org.kvdock.l2.BackPressureException if {@code max_stores_in_flight} requests are being written or stored
     * @throws org.kvdock.l2.ClosedException if the host is closed
     */
    RequestWriter write(String requestId, List<ObjectKey> keys, int chunkBytes);

    /**
     * Starts writing chunks that only a reader on this host wants: they never go to L2, only {@link #read} finds them, and
     * they leave with their last reader. A lasting chunk of the same key takes their place.
     *
     * @param requestId as for {@link #write}
     * @param keys as for {@link #write}
     * @param chunkBytes as for {@link #write}
     * @return to be finished or aborted; it has no prefix, and nothing is locked until somebody reads
     */
    RequestWriter writeTemporary(String requestId, List<ObjectKey> keys, int chunkBytes);

    /** As {@link #startPrefetch} for the longest prefix, for callers that only want what comes of it. */
    default CompletionStage<Prefetched> prefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline) {
        return startPrefetch(requestId, keys, chunkBytes, deadline, Trim.PREFIX).ready();
    }

    /**
     * Fetches those chunks of a request that L1 and the docked adapters hold together and that the trim keeps, and
     * read-locks them in L1. A chunk that no adapter has, that fails to load, or that finds L1 full of locked chunks is
     * missing; what came behind it and the trim does not keep is unlocked again.
     *
     * @param requestId the request's name, 1 to 256 characters
     * @param keys its chunks in order; may be empty
     * @param chunkBytes length of each chunk, at least 0
     * @param deadline counted from now: when it is over the request completes with what came in time
     * @param trim which of the chunks that there are
     * @return the prefetch; what it gives must be closed, within the read lease
     * @throws org.kvdock.l2.BadArgumentException if an argument is not as above
     * @throws org.kvdock.l2.BackPressureException if {@code max_prefetches_waiting} requests wait their turn
     * @throws org.kvdock.l2.ClosedException if the host is closed
     */
    PrefetchTicket startPrefetch(
            String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline, Trim trim);

    /**
     * Read-locks chunks that L1 holds, all of them or none; counts as a use. Asks no adapter.
     *
     * @param requestId the request's name, 1 to 256 characters
     * @param keys its chunks in order; may be empty
     * @return to be closed, within the read lease; empty if L1 does not hold them all
     */
    Optional<Prefetched> read(String requestId, List<ObjectKey> keys);

    /**
     * Removes chunks that nobody holds.
     *
     * @param keys any number
     * @param tiers from where
     * @return one bit for each chunk that was removed from at least one place
     */
    Bitmap delete(List<ObjectKey> keys, Set<Tier> tiers);

    /**
     * Empties L1 but for chunks that somebody holds. What L2 has comes back by prefetch.
     *
     * @return how many chunks left
     */
    int clear();

    /**
     * A barrier: waits until both controllers have nothing in flight, late results of prefetches past their deadline
     * included. Interruptible: an interrupted caller gets the answer of that moment, with its interrupt flag set.
     *
     * @param timeout how long to wait at the most
     * @return whether nothing is in flight
     */
    boolean awaitIdle(Duration timeout);

    /** @return what is going on; taken without stopping anything, so its numbers may be a few requests apart */
    HostStatus status();
}
