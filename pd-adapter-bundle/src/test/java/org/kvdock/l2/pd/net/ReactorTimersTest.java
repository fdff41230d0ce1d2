package org.kvdock.l2.pd.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReactorTimersTest {
    private static final int TIMERS = 100_000;

    @Test
    @DisplayName("R14: timers that were cancelled do not pile up until their time, and those that were not stay")
    void cancelled() {
        try (Reactor reactor = new Reactor("timers", e -> {})) {
            AtomicInteger kept = new AtomicInteger();
            for (int i = 0; i < TIMERS; i++) {
                Reactor.Timer timer = reactor.after(Duration.ofDays(7).toNanos(), () -> {});
                if (i % 1000 == 0) {
                    kept.incrementAndGet();
                } else {
                    timer.cancel();
                }
            }
            assertEquals(TIMERS / 1000, kept.get());
            assertTrue(reactor.timers() >= kept.get() && reactor.timers() < 3000, reactor.timers() + " timers");
        }
    }
}
