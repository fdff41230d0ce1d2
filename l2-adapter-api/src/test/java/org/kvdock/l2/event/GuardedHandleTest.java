package org.kvdock.l2.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

class GuardedHandleTest {

    private final AtomicInteger freed = new AtomicInteger();
    private final GuardedHandle handle = new GuardedHandle(freed::incrementAndGet);

    @Test
    void freesAtOnceWhenNobodyIsInside() {
        assertTrue(handle.close());
        assertEquals(1, freed.get());
    }

    @Test
    void lastUserFrees() {
        assertTrue(handle.enter());
        assertTrue(handle.enter());
        assertTrue(handle.close());
        handle.leave();
        assertEquals(0, freed.get());
        handle.leave();
        assertEquals(1, freed.get());
    }

    @Test
    void nobodyEntersAfterClose() {
        handle.close();
        assertFalse(handle.enter());
        assertFalse(handle.isOpen());
    }

    @Test
    void onlyTheFirstCloseCounts() {
        assertTrue(handle.enter());
        assertTrue(handle.close());
        assertFalse(handle.close());
        handle.leave();
        assertFalse(handle.close());
        assertEquals(1, freed.get());
    }

    @Test
    void nobodyIsInsideWhenItIsFreed() throws Exception {
        for (int round = 0; round < 500; round++) {
            AtomicBoolean gone = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            GuardedHandle raced = new GuardedHandle(() -> gone.set(true));
            CountDownLatch inside = new CountDownLatch(2);
            Thread[] users = new Thread[2];
            for (int i = 0; i < users.length; i++) {
                users[i] = new Thread(() -> {
                    while (raced.enter()) {
                        inside.countDown();
                        if (gone.get()) {
                            late.incrementAndGet();
                        }
                        raced.leave();
                    }
                });
                users[i].start();
            }
            inside.await();
            raced.close();
            for (Thread user : users) {
                user.join();
            }
            assertTrue(gone.get());
            assertEquals(0, late.get());
        }
    }
}
