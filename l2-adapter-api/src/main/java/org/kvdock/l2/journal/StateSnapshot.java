package org.kvdock.l2.journal;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.kvdock.l2.ObjectKey;

/**
 * An adapter's task state at one moment: what the fold of its journal and the adapter itself must agree on whenever
 * nothing is going on (R16).
 *
 * @param epoch the epoch
 * @param open ids of tasks that were accepted and have not ended
 * @param undelivered ids of tasks that ended and whose result nobody has fetched
 * @param locks locks held, by key; keys without a lock are left out
 * @param keys bytes stored, by key
 */
public record StateSnapshot(
        long epoch, Set<Long> open, Set<Long> undelivered, Map<ObjectKey, Long> locks, Map<ObjectKey, Long> keys) {
    public StateSnapshot {
        open = Set.copyOf(open);
        undelivered = Set.copyOf(undelivered);
        // Senders have chosen the keys: see ObjectKey.
        locks = Collections.unmodifiableMap(new HashMap<>(locks));
        keys = Collections.unmodifiableMap(new HashMap<>(keys));
    }
}
