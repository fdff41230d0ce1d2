package org.kvdock.host.control;

import java.util.List;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;

/** One task of a prefetch at one adapter, waiting or running. Confined to the prefetch controller's thread. */
sealed interface PrefetchTask {
    Berth berth();

    PrefetchJob job();

    List<ObjectKey> keys();

    /** The same for some of the keys. */
    PrefetchTask part(int from, int to);

    /**
     * Which of the missing keys an adapter holds.
     *
     * @param positions the keys' positions in the request
     */
    record Lookup(PrefetchJob job, Berth berth, List<Integer> positions, List<ObjectKey> keys) implements PrefetchTask {
        @Override
        public Lookup part(int from, int to) {
            return new Lookup(job, berth, positions.subList(from, to), keys.subList(from, to));
        }
    }

    /**
     * Chunks on their way into L1.
     *
     * @param arrivals where they go and who waits for them, one for each key
     */
    record Load(PrefetchJob job, Berth berth, List<Arrival> arrivals, List<ObjectKey> keys) implements PrefetchTask {
        /**
         * A chunk that is shorter than its reservation leaves the rest of it as it was, with what others have written
         * there before. Bits do not tell, the bytes moved do.
         *
         * @return whether the bytes that were moved are those of the chunks that are told to be here
         */
        boolean isExactly(TaskResult result) {
            return result.bitmap().length() == keys.size()
                    && result.bytesMoved() == result.bitmap().indices().mapToLong(i -> arrivals.get(i).reservation.length()).sum();
        }

        @Override
        public Load part(int from, int to) {
            return new Load(job, berth, arrivals.subList(from, to), keys.subList(from, to));
        }
    }
}
