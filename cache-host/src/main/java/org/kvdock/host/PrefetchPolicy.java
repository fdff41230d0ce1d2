package org.kvdock.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides from where chunks are loaded. A service: the one with the highest ranking is asked, the default if there is
 * none. Called on the prefetch controller's thread, with no lock held; must not block. What it throws costs the request
 * its chunks from L2 and nothing else.
 */
@ConsumerType
public interface PrefetchPolicy {
    /** Each chunk comes from the adapter that was docked first among those that have it. */
    PrefetchPolicy DEFAULT = (requestId, keys, found) -> {
        Map<DockedAdapter, Bitmap> plan = new LinkedHashMap<>();
        Bitmap left = Bitmap.ones(keys.size());
        for (Map.Entry<DockedAdapter, Bitmap> hits : found.entrySet()) {
            plan.put(hits.getKey(), hits.getValue().and(left));
            left = left.minus(hits.getValue());
        }
        return plan;
    };

    /**
     * @param requestId the request
     * @param keys its chunks in order
     * @param found what each adapter has of those that L1 has not, in the order in which they were docked; read-only
     * @return what to load from each: bits that are in {@code found}, each chunk at one adapter; others are left out. A
     *     chunk at no adapter counts as missing
     */
    Map<DockedAdapter, Bitmap> plan(String requestId, List<ObjectKey> keys, Map<DockedAdapter, Bitmap> found);
}
