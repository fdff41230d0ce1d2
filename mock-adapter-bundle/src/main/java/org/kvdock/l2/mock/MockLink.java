package org.kvdock.l2.mock;

/**
 * The imagined link to L2: tasks share its bandwidth, one behind the other. It only says when a task's bytes would have
 * passed; nobody waits in here.
 */
final class MockLink {
    private final double nanosPerByte;
    // guarded by this: when the bytes of everything so far have passed
    private long freeAtNanos;
    private boolean used;

    /** @param bytesPerSecond 0 for no limit */
    MockLink(double bytesPerSecond) {
        this.nanosPerByte = bytesPerSecond == 0 ? 0 : 1e9 / bytesPerSecond;
    }

    /**
     * @param bytes that pass now
     * @param nowNanos monotonic clock
     * @return nanoseconds from now until they have passed
     */
    synchronized long occupy(long bytes, long nowNanos) {
        // Nothing has nothing to wait behind: lookups pass the chunks that are on their way.
        if (nanosPerByte == 0 || bytes == 0) {
            return 0;
        }
        if (!used || freeAtNanos - nowNanos < 0) {
            freeAtNanos = nowNanos;
            used = true;
        }
        freeAtNanos += (long) (bytes * nanosPerByte);
        return freeAtNanos - nowNanos;
    }
}
