package org.kvdock.journal.chronicle.replay;

import java.time.Duration;
import org.kvdock.l2.BadArgumentException;

/**
 * How a replay goes.
 *
 * @param speed 1 for the recorded pace, 2 for twice as fast, 0 for as fast as it goes
 * @param patience how long a task's result is waited for beyond its recorded place
 * @param maxDifferences differences that are kept; more are counted only
 */
public record ReplayOptions(double speed, Duration patience, int maxDifferences) {
    /** As fast as it goes, one minute of patience, a thousand differences. */
    public static final ReplayOptions FAST = new ReplayOptions(0, Duration.ofMinutes(1), 1000);

    /** @throws BadArgumentException if the speed is negative or not a number, or the patience not positive */
    public ReplayOptions {
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            throw new BadArgumentException("speed", speed, "0 or more");
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new BadArgumentException("patience", patience, "more than nothing");
        }
    }

    /** @return the same at another speed */
    public ReplayOptions atSpeed(double other) {
        return new ReplayOptions(other, patience, maxDifferences);
    }
}
