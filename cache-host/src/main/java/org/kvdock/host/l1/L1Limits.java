package org.kvdock.host.l1;

import java.util.Map;

/**
 * Bounds of an L1. {@link Long#MAX_VALUE} stands for none.
 *
 * @param maxObjects chunks, resident and reserved together; kept exactly
 * @param maxBytes memory
 * @param slabBytes memory to take from the system at a time
 * @param saltQuotaBytes bytes of chunks of any one salt that has no quota of its own
 * @param saltQuotasBytes quotas of single salts
 * @param highPercent how full it may get, in percent of its bounds, before it is evicted down to {@code lowPercent} in
 *     the background; 100: only what has to leave does
 * @param lowPercent at most {@code highPercent}
 */
public record L1Limits(
        long maxObjects,
        long maxBytes,
        int slabBytes,
        long saltQuotaBytes,
        Map<String, Long> saltQuotasBytes,
        int highPercent,
        int lowPercent) {
    public L1Limits {
        saltQuotasBytes = Map.copyOf(saltQuotasBytes);
    }

    /** @return bounds without quotas and watermarks */
    public static L1Limits of(long maxObjects, long maxBytes, int slabBytes) {
        return new L1Limits(maxObjects, maxBytes, slabBytes, Long.MAX_VALUE, Map.of(), 100, 100);
    }

    long quotaOf(String salt) {
        return saltQuotasBytes.getOrDefault(salt, saltQuotaBytes);
    }

    /** @return whether this much is more than so many percent of one of the bounds */
    boolean isAbove(int percent, long objects, long bytes) {
        return exceeds(objects, maxObjects, percent) || exceeds(bytes, maxBytes, percent);
    }

    @Override
    public String toString() {
        return text(maxObjects) + " chunks, " + text(maxBytes) + " bytes, " + text(saltQuotaBytes) + " bytes for a salt "
                + saltQuotasBytes;
    }

    private static String text(long bound) {
        return bound == Long.MAX_VALUE ? "any" : Long.toString(bound);
    }

    private static boolean exceeds(long used, long bound, int percent) {
        return bound != Long.MAX_VALUE && used > bound / 100.0 * percent;
    }
}
