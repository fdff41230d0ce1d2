package org.kvdock.l2.pd;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.kvdock.l2.journal.TimeSource;

/**
 * Why a channel is not in use, for {@code status} (R13).
 *
 * @param channel its name
 * @param cause in one line
 * @param nextTry when it is tried again; empty if that is not a matter of time
 */
public record ChannelTrouble(String channel, String cause, Optional<Instant> nextTry) {
    /** @return trouble with a channel that is not tried again by itself */
    public static ChannelTrouble of(String channel, Throwable cause) {
        return new ChannelTrouble(
                channel, cause.getMessage() == null ? cause.toString() : cause.getMessage(), Optional.empty());
    }

    /** @return the same, where it is tried again in that many nanoseconds */
    public ChannelTrouble triedAgain(TimeSource time, long nanos) {
        Instant now = Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS);
        return new ChannelTrouble(channel, cause, Optional.of(now.plusNanos(nanos)));
    }

    /** @return one line with all of it */
    @Override
    public String toString() {
        return channel + ": " + cause
                + nextTry.map(at -> "; next try at " + at.truncatedTo(ChronoUnit.MILLIS)).orElse("");
    }
}
