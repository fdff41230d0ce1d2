package org.kvdock.cli.replay;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FlightWindowTest {
    private static final long FOREVER = Long.MAX_VALUE;

    private Thread waiter;

    @AfterEach
    void interrupt() throws InterruptedException {
        if (waiter != null) {
            waiter.interrupt();
            waiter.join(Duration.ofSeconds(10).toMillis());
            assertFalse(waiter.isAlive());
        }
    }

    @Test
    @DisplayName("requests wait for reads when the window is full")
    void requests() throws Exception {
        FlightWindow window = new FlightWindow(10, 2, FOREVER, FOREVER);
        window.enter(1);
        window.enter(1);
        CountDownLatch entered = enterElsewhere(window, 1);
        window.stored(0);
        window.stored(1);
        assertWaits(entered);
        window.read(1);
        assertTrue(entered.await(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("blocks count from the oldest request that is not stored, also those of stored requests after it")
    void blocksSinceOldest() throws Exception {
        FlightWindow window = new FlightWindow(10, 100, 10, FOREVER);
        window.enter(3);
        window.enter(4);
        window.enter(3);
        CountDownLatch entered = enterElsewhere(window, 4);
        // The youngest leave, but a victim could still be the oldest's block.
        window.stored(2);
        window.stored(1);
        assertWaits(entered);
        window.stored(0);
        assertTrue(entered.await(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("blocks of unread requests fit into decode's L1; a read told twice counts once")
    void unreadBlocks() throws Exception {
        FlightWindow window = new FlightWindow(10, 100, FOREVER, 10);
        window.enter(2);
        window.enter(7);
        window.read(0);
        window.read(0);
        window.read(7);
        CountDownLatch entered = enterElsewhere(window, 4);
        assertWaits(entered);
        window.read(1);
        assertTrue(entered.await(10, TimeUnit.SECONDS));
    }

    private CountDownLatch enterElsewhere(FlightWindow window, int blocks) {
        CountDownLatch entered = new CountDownLatch(1);
        waiter = new Thread(() -> {
            try {
                window.enter(blocks);
                entered.countDown();
            } catch (InterruptedException e) {
                // The test is over.
            }
        });
        waiter.start();
        return entered;
    }

    private void assertWaits(CountDownLatch entered) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (waiter.getState() != Thread.State.WAITING && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertTrue(waiter.getState() == Thread.State.WAITING && entered.getCount() == 1, "must wait");
    }
}
