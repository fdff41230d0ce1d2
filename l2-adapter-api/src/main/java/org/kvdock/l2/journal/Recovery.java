package org.kvdock.l2.journal;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.ObjectKey;

/**
 * What opening a journal found: what the epochs before left behind. The host learns from it what to compute again.
 *
 * @param epoch the epoch that was started
 * @param abandoned tasks that were in flight when their process went, now closed as abandoned (R16)
 * @param candidates keys that were stored then; an adapter whose bytes outlive the process publishes again those that
 *     it finds whole
 * @param locksEnded locks that were held then and ended with their epoch
 */
public record Recovery(
        long epoch, List<AbandonedTask> abandoned, Map<ObjectKey, TaskState.StoredKey> candidates, long locksEnded) {
    public Recovery {
        abandoned = List.copyOf(abandoned);
        // Senders have chosen the keys: see ObjectKey.
        candidates = Collections.unmodifiableMap(new HashMap<>(candidates));
    }

    /**
     * @param taskEpoch the epoch that accepted it
     * @param task the task as submitted
     */
    public record AbandonedTask(long taskEpoch, TaskState.OpenTask task) {}
}
