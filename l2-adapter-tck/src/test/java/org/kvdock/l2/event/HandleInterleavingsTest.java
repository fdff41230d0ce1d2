package org.kvdock.l2.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.kvdock.l2.base.Interleavings.explore;
import static org.kvdock.l2.base.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file descriptor's number goes back once, and never while somebody uses it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandleInterleavingsTest {
    @Test
    @DisplayName("R11: two signals and a close at once: the number goes back once, with nobody inside, and nobody enters later")
    void closeAgainstUse() {
        explore(() -> {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger freed = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            GuardedHandle handle = new GuardedHandle(() -> {
                freed.incrementAndGet();
                wrong.addAndGet(inside.get());
            });
            Runnable use = () -> {
                if (handle.enter()) {
                    inside.incrementAndGet();
                    wrong.addAndGet(freed.get());
                    inside.decrementAndGet();
                    handle.leave();
                }
            };
            together(use, use, handle::close);
            handle.close();
            assertEquals(1, freed.get(), "times that the number went back");
            assertEquals(0, wrong.get(), "uses of a number that had gone back");
        });
    }
}
