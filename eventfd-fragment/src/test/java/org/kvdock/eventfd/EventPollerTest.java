package org.kvdock.eventfd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;

@Timeout(60)
class EventPollerTest {

    private static final Duration FOR_EVER = null;

    private final EventPoller poller = new EventPoller();
    private final List<EventFd> fds = new ArrayList<>();
    /** Not the common pool: on two cores it has one thread, and these tests block it. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        poller.close();
        fds.forEach(EventFd::close);
        threads.shutdown();
    }

    private EventFd eventFd() {
        EventFd fd = EventFd.create();
        fds.add(fd);
        return fd;
    }

    /** Registers a new eventfd whose handler reads it and counts its calls. */
    private EventFd counted(AtomicInteger calls) {
        EventFd fd = eventFd();
        poller.add(fd, () -> {
            fd.read();
            calls.incrementAndGet();
        });
        return fd;
    }

    @Test
    void oneThreadWaitsOnManyEventFds() throws Exception {
        int count = 500;
        long seed = System.nanoTime();
        long[] sent = new long[count];
        long[] received = new long[count];
        for (int i = 0; i < count; i++) {
            int index = i;
            EventFd fd = eventFd();
            poller.add(fd, () -> received[index] += fd.read());
        }
        Random random = new Random(seed);
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 20_000; i++) {
                int index = random.nextInt(count);
                int value = 1 + random.nextInt(3);
                sent[index] += value;
                fds.get(index).signal(value);
            }
        }, threads);
        written.whenComplete((done, failed) -> poller.wakeup());
        while (!written.isDone()) {
            poller.poll(FOR_EVER);
        }
        while (poller.poll(Duration.ZERO) > 0) {
            // what was signalled last
        }
        written.get();
        assertArrayEquals(sent, received, "seed " + seed);
    }

    @Test
    void waitsOutTheTimeAndNoLess() {
        long start = System.nanoTime();
        assertEquals(0, poller.poll(Duration.ofMillis(20)));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void anUnreadEventFdIsReadyAgain() {
        EventFd fd = eventFd();
        poller.add(fd, () -> { });
        fd.signal(1);
        assertEquals(1, poller.poll(FOR_EVER));
        assertEquals(1, poller.poll(FOR_EVER));
        fd.read();
        assertEquals(0, poller.poll(Duration.ZERO));
    }

    @Test
    void wakeupEndsOnePoll() throws Exception {
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(() -> poller.poll(FOR_EVER), threads);
        poller.wakeup();
        assertEquals(0, result.get());
        assertEquals(0, poller.poll(Duration.ZERO));
        poller.wakeup();
        poller.wakeup();
        assertEquals(0, poller.poll(FOR_EVER), "a wake-up before the poll counts for it");
        EventFd fd = eventFd();
        poller.add(fd, fd::read);
        fd.signal(1);
        assertEquals(1, poller.poll(FOR_EVER));
    }

    @Test
    void anEventFdJoinsAPollThatIsUnderWay() throws Exception {
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(() -> poller.poll(FOR_EVER), threads);
        EventFd fd = eventFd();
        fd.signal(1);
        poller.add(fd, fd::read);
        assertEquals(1, result.get());
    }

    @Test
    void removedEventFdsAreQuietAndMayComeBack() {
        AtomicInteger calls = new AtomicInteger();
        EventFd fd = counted(calls);
        fd.signal(1);
        poller.remove(fd);
        poller.remove(fd);
        assertEquals(0, poller.poll(Duration.ZERO));
        poller.add(fd, fd::read);
        assertEquals(1, poller.poll(FOR_EVER));
        assertEquals(0, calls.get());
    }

    @Test
    void anEventFdHasOnePoller() {
        EventFd fd = eventFd();
        poller.add(fd, fd::read);
        assertThrows(IllegalStateException.class, () -> poller.add(fd, fd::read));
        try (EventPoller other = new EventPoller()) {
            assertThrows(IllegalStateException.class, () -> other.add(fd, fd::read));
            other.remove(fd);
            fd.signal(1);
            assertEquals(1, poller.poll(FOR_EVER));
            poller.remove(fd);
            other.add(fd, fd::read);
        }
        poller.add(fd, fd::read); // a poller that closes lets go of it
    }

    @Test
    void aClosedEventFdLeavesThePoller() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        EventFd fd = counted(calls);
        int number = fd.fd();
        fd.signal(1);
        fd.close();
        assertEquals("", OpenFiles.target(number));
        assertEquals(0, poller.poll(Duration.ZERO));
        poller.add(fd, calls::incrementAndGet);
        assertEquals(0, poller.poll(Duration.ZERO));

        AtomicInteger successor = new AtomicInteger();
        EventFd next = counted(successor);
        next.signal(1);
        assertEquals(1, poller.poll(FOR_EVER));
        assertEquals(1, successor.get());
        assertEquals(0, calls.get());
    }

    @Test
    void whoAsksIsToldOnceThatAnEventFdIsClosed() throws Exception {
        AtomicInteger readable = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        EventFd fd = eventFd();
        poller.add(fd, readable::incrementAndGet, told::incrementAndGet);
        CompletableFuture<Integer> underWay = CompletableFuture.supplyAsync(() -> poller.poll(FOR_EVER), threads);
        fd.close();
        fd.close();
        assertEquals(1, underWay.get(), "the poll that is under way tells");
        poller.poll(Duration.ZERO);
        assertEquals(1, told.get());

        poller.add(fd, readable::incrementAndGet, told::incrementAndGet);
        assertEquals(1, poller.poll(FOR_EVER), "closed before it was added");
        assertEquals(2, told.get());
        assertEquals(0, readable.get());
    }

    @Test
    void nobodyIsToldOfEventFdsThatAreNotTheirsAnyMore() {
        AtomicInteger told = new AtomicInteger();
        EventFd removed = eventFd();
        poller.add(removed, removed::read, told::incrementAndGet);
        poller.remove(removed);
        removed.close();
        assertEquals(0, poller.poll(Duration.ZERO));

        EventFd open = eventFd();
        EventFd closed = eventFd();
        EventPoller other = new EventPoller();
        other.add(open, open::read, told::incrementAndGet);
        other.add(closed, closed::read, told::incrementAndGet);
        closed.close();
        other.close();
        assertEquals(0, other.poll(Duration.ZERO));
        open.close();
        assertEquals(0, told.get());
    }

    @Test
    void anExceptionInOneFarewellCostsNoOther() {
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            EventFd fd = eventFd();
            poller.add(fd, fd::read, () -> {
                told.incrementAndGet();
                throw new IllegalStateException("from the farewell");
            });
            fd.close();
        }
        for (int i = 1; i <= 3; i++) {
            assertThrows(IllegalStateException.class, () -> poller.poll(FOR_EVER));
            assertEquals(i, told.get());
        }
    }

    @Test
    void aHandlerMayRemoveAnotherThatIsReady() {
        EventFd a = eventFd();
        EventFd b = eventFd();
        poller.add(a, () -> poller.remove(b));
        poller.add(b, () -> poller.remove(a));
        a.signal(1);
        b.signal(1);
        assertEquals(1, poller.poll(FOR_EVER));
    }

    @Test
    void aNewcomerDoesNotInheritAnEvent() {
        AtomicInteger newcomer = new AtomicInteger();
        EventFd a = eventFd();
        EventFd b = eventFd();
        poller.add(a, () -> replace(b, newcomer));
        poller.add(b, () -> replace(a, newcomer));
        a.signal(1);
        b.signal(1);
        assertEquals(1, poller.poll(FOR_EVER));
        assertEquals(0, newcomer.get());
    }

    private void replace(EventFd other, AtomicInteger newcomer) {
        poller.remove(other);
        counted(newcomer);
    }

    @Test
    void anExceptionInAHandlerLosesNoEvent() {
        AtomicInteger calls = new AtomicInteger();
        RuntimeException thrown = new RuntimeException("from the handler");
        EventFd bad = eventFd();
        poller.add(bad, () -> {
            bad.read();
            throw thrown;
        });
        EventFd good = counted(calls);
        bad.signal(1);
        good.signal(1);
        assertSame(thrown, assertThrows(RuntimeException.class, () -> {
            poller.poll(FOR_EVER);
            poller.poll(FOR_EVER);
        }));
        poller.poll(Duration.ZERO);
        assertEquals(1, calls.get());
    }

    @Test
    void onlyOneThreadPolls() {
        EventFd fd = eventFd();
        poller.add(fd, () -> poller.poll(Duration.ZERO));
        fd.signal(1);
        assertThrows(IllegalStateException.class, () -> poller.poll(FOR_EVER));
    }

    @Test
    void closeEndsAPollAndFreesItsDescriptors() throws Exception {
        long before = OpenFiles.events();
        EventPoller closing = new EventPoller();
        CompletableFuture<Void> loop = CompletableFuture.runAsync(() -> {
            while (closing.isOpen()) {
                closing.poll(FOR_EVER);
            }
        }, threads);
        closing.wakeup();
        closing.close();
        closing.close();
        loop.get();
        assertFalse(closing.isOpen());
        assertEquals(0, closing.poll(FOR_EVER));
        closing.wakeup();
        EventFd fd = eventFd();
        assertThrows(IllegalStateException.class, () -> closing.add(fd, fd::read));
        assertEquals(before + 1, OpenFiles.events());
    }

    @Test
    void closesRaceWithPollsAndSignalsWithoutHarm() throws Exception {
        long before = OpenFiles.events();
        for (int round = 0; round < 200; round++) {
            EventPoller raced = new EventPoller();
            EventFd[] racedFds = new EventFd[4];
            for (int i = 0; i < racedFds.length; i++) {
                EventFd fd = EventFd.create();
                racedFds[i] = fd;
                raced.add(fd, fd::read);
            }
            CompletableFuture<Void> polling = CompletableFuture.runAsync(() -> {
                while (raced.isOpen()) {
                    raced.poll(FOR_EVER);
                }
            }, threads);
            CompletableFuture<Void> signalling = CompletableFuture.runAsync(() -> {
                for (EventFd fd : racedFds) {
                    fd.signal(1);
                    fd.close();
                    fd.signal(1);
                }
            }, threads);
            if (round % 2 == 0) {
                signalling.get();
            }
            raced.close();
            signalling.get();
            polling.get();
        }
        assertEquals(before, OpenFiles.events());
    }
}
