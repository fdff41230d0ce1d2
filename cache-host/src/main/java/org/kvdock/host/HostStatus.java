package org.kvdock.host;

import java.util.List;
import java.util.Map;
import org.kvdock.l2.ErrorCode;

/**
 * What goes on in a host at one moment.
 *
 * @param l1 the memory tier
 * @param adapters those that are docked or leaving, in the order in which they came
 * @param storesInFlight requests handed to the store controller and not completed
 * @param prefetchesInFlight prefetches not completed, or completed at their deadline with results still to come
 * @param stores counts since the host started
 * @param prefetches counts since the host started
 * @param leasesEnded counts since the host started
 */
public record HostStatus(
        L1 l1,
        List<Adapter> adapters,
        int storesInFlight,
        int prefetchesInFlight,
        Stores stores,
        Prefetches prefetches,
        LeasesEnded leasesEnded) {
    public HostStatus {
        adapters = List.copyOf(adapters);
    }

    /**
     * @param objects chunks that can be read
     * @param bytes bytes of these
     * @param reserved chunks that are being written
     * @param locked chunks with at least one read lock or pin
     * @param readLocks read locks held, all chunks together
     * @param pins pins held, all chunks together
     * @param evictions chunks that left for others since the host started
     * @param memoryBytes memory taken from the system
     * @param maxObjects bound on chunks, readable and reserved together; -1: none
     * @param maxBytes bound on memory; -1: none but the system's
     * @param memoryRefused how often the system had no more memory and L1 evicted instead of growing
     */
    public record L1(
            long objects,
            long bytes,
            long reserved,
            long locked,
            long readLocks,
            long pins,
            long evictions,
            long memoryBytes,
            long maxObjects,
            long maxBytes,
            long memoryRefused) {}

    /**
     * @param id never reused in this host
     * @param name the adapter instance's name
     * @param phase where it is at the dock
     * @param tasksInFlight tasks that the host's controllers have submitted to it and not fetched
     */
    public record Adapter(int id, String name, DockPhase phase, int tasksInFlight) {}

    /**
     * @param requests handed to the store controller
     * @param chunks keys of these
     * @param tasksSubmitted store tasks that adapters accepted
     * @param tasksCompleted results fetched
     * @param failures of these, results without success, by cause; causes without one are left out
     * @param backPressure submits that an adapter refused at a bound, tried again later
     * @param submitFailures submits that failed for good
     * @param chunksMoved chunks whose bytes were really moved
     * @param bytesMoved bytes that were really moved
     */
    public record Stores(
            long requests,
            long chunks,
            long tasksSubmitted,
            long tasksCompleted,
            Map<ErrorCode, Long> failures,
            long backPressure,
            long submitFailures,
            long chunksMoved,
            long bytesMoved) {
        public Stores {
            failures = Map.copyOf(failures);
        }

        /** @return results without success, whatever their cause */
        public long tasksFailed() {
            return sum(failures);
        }
    }

    /**
     * @param requests prefetches asked for
     * @param chunks keys of these
     * @param chunksFromL1 chunks of prefixes that L1 held already
     * @param chunksLoaded chunks that came from adapters
     * @param chunksFailed chunks that an adapter had and failed to load
     * @param tasksSubmitted lookup and load tasks that adapters accepted
     * @param tasksCompleted results fetched
     * @param failures of these, results without success, by cause; causes without one are left out
     * @param backPressure submits that an adapter refused at a bound, tried again later
     * @param submitFailures submits that failed for good
     * @param deadlines prefetches that completed at their deadline with something still to come
     */
    public record Prefetches(
            long requests,
            long chunks,
            long chunksFromL1,
            long chunksLoaded,
            long chunksFailed,
            long tasksSubmitted,
            long tasksCompleted,
            Map<ErrorCode, Long> failures,
            long backPressure,
            long submitFailures,
            long deadlines) {
        public Prefetches {
            failures = Map.copyOf(failures);
        }

        /** @return results without success, whatever their cause */
        public long tasksFailed() {
            return sum(failures);
        }
    }

    private static long sum(Map<ErrorCode, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Leases that were over before somebody gave back what they were for.
     *
     * @param reads prefetched or read chunks that were not closed
     * @param writes requests that were neither finished nor aborted
     * @param pins requests whose pins nobody ended
     */
    public record LeasesEnded(long reads, long writes, long pins) {}
}
