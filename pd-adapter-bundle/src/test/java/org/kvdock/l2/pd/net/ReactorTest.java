package org.kvdock.l2.pd.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.KitError;

class ReactorTest {
    private static final int TIMERS = 100_000;
    private static final int JOBS = 10_000;

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

    @Test
    @DisplayName("R12: what runs again and again outlives what it throws: without it no lease would end any more")
    void everyOutlivesThrow() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(4);
        AtomicInteger told = new AtomicInteger();
        try (Reactor reactor = new Reactor("every", e -> told.incrementAndGet())) {
            reactor.start();
            reactor.execute(() -> reactor.every(1_000_000, () -> {
                ran.countDown();
                if (ran.getCount() % 2 == 1) {
                    throw new KitError("a tick");
                }
                throw new IllegalStateException("made to be: a tick");
            }));
            assertTrue(ran.await(Caller.patience().toMillis(), TimeUnit.MILLISECONDS), ran + ", told " + told);
        }
        assertTrue(told.get() >= 3, "told " + told);
    }

    @Test
    @DisplayName("R11: whatever was to run before the close runs, however much that is")
    void jobsBeforeClose() throws InterruptedException {
        Reactor reactor = new Reactor("jobs", e -> {});
        reactor.start();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        reactor.execute(() -> {
            busy.countDown();
            awaitQuietly(go);
        });
        busy.await();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < JOBS; i++) {
            reactor.execute(ran::incrementAndGet);
        }
        Thread closing = new Thread(reactor::close);
        closing.start();
        // Not before the close is on its way: it waits for the thread.
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        go.countDown();
        closing.join();
        assertEquals(JOBS, ran.get());
    }

    @Test
    @DisplayName("R13: what came while the thread stood still is served before the timers that came due meanwhile")
    void servesFirst() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch both = new CountDownLatch(2);
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source();
                Reactor reactor = new Reactor("order", e -> {})) {
            sink.write(ByteBuffer.allocate(1));
            reactor.start();
            // In a timer, since what it makes comes in the next turn only: there both are due.
            reactor.execute(() -> reactor.after(0, () -> {
                serve(reactor, source, () -> {
                    order.add("served");
                    both.countDown();
                });
                reactor.after(0, () -> {
                    order.add("timer");
                    both.countDown();
                });
            }));
            assertTrue(both.await(Caller.patience().toMillis(), TimeUnit.MILLISECONDS), order.toString());
        }
        assertEquals(List.of("served", "timer"), order);
    }

    private static void serve(Reactor reactor, Pipe.SourceChannel channel, Runnable served) {
        try {
            reactor.register(channel, SelectionKey.OP_READ, new Reactor.Handler() {
                @Override
                public void ready(SelectionKey key) {
                    key.cancel();
                    served.run();
                }

                @Override
                public void failed(Throwable cause) {}
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
