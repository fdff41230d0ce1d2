package org.kvdock.l2.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.osgi.annotation.versioning.ConsumerType;

/** Both clocks, so that tests can turn them by hand. */
@ConsumerType
public interface TimeSource {
    /** The machine's clocks. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }
    };

    /** @return monotonic nanoseconds from any origin, as {@link System#nanoTime()} */
    long nanos();

    /** @return microseconds since 1970 (UTC) */
    long wallMicros();
}
