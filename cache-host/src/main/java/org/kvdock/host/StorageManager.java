package org.kvdock.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.kvdock.l2.ObjectKey;

/**
 * The host cache as its users see it: chunks are written into L1 and go to L2 by themselves, and come back by prefetch.
 * A service in OSGi; {@link CacheHost} without. Safe for all threads but where a method says otherwise.
 *
 * <p>Stages complete on a thread of the host that does nothing else, one after the other, with no lock held: what hangs
 * on them should be short, but cannot hold up a controller.
 */
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
     * @return to be finished, or else aborted
     * @throws org.kvdock.l2.BadArgumentException if an argument is not as above
     * @throws org.kvdock.l2.ClosedException if the host is closed
     */
    RequestWriter write(String requestId, List<ObjectKey> keys, int chunkBytes);

    /**
     * Fetches the longest prefix of a request that L1 and the docked adapters hold together, and read-locks it in L1. A
     * chunk that no adapter has, that fails to load, or that finds L1 full of locked chunks ends the prefix.
     *
     * @param requestId the request's name, 1 to 256 characters
     * @param keys its chunks in order; may be empty
     * @param chunkBytes length of each chunk, at least 0
     * @param deadline counted from now: when it is over the stage completes with what came in time
     * @return completes normally by the deadline, also when nothing was found; what it gives must be closed
     * @throws org.kvdock.l2.BadArgumentException if an argument is not as above
     * @throws org.kvdock.l2.ClosedException if the host is closed
     */
    CompletionStage<Prefetched> prefetch(String requestId, List<ObjectKey> keys, int chunkBytes, Duration deadline);

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
