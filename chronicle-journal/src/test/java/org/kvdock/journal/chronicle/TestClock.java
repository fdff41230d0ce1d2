package org.kvdock.journal.chronicle;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.l2.journal.TimeSource;

/** A clock that is turned by hand. */
final class TestClock implements TimeSource {
    private final AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);

    void forward(Duration by) {
        micros.addAndGet(by.toNanos() / 1000);
    }

    @Override
    public long nanos() {
        return micros.get() * 1000;
    }

    @Override
    public long wallMicros() {
        return micros.get();
    }
}
