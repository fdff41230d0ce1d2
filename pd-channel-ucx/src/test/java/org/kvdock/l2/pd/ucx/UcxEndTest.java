package org.kvdock.l2.pd.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.tck.Caller;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpWorker;

/** What becomes of an end, and of those who wait for it, when things go wrong in it: over the real UCX. */
@NeedsUcx
class UcxEndTest {
    /** What a test has an end do on its thread. */
    private interface Step {
        void run() throws Exception;
    }

    /** An end that does what it is told. */
    private static final class Probe extends UcxEnd {
        private final Step opening;
        private final Step closing;
        /** Whether it was freed. */
        private final CompletableFuture<Boolean> freed = new CompletableFuture<>();
        private volatile IOException cause;

        Probe(Step opening, Step closing) {
            super(Reach.THIS_MACHINE, "test-ucx-probe");
            this.opening = opening;
            this.closing = closing;
            start();
        }

        @Override
        void opened(UcpContext context, UcpWorker worker) throws Exception {
            opening.run();
        }

        @Override
        void closing() throws Exception {
            closing.run();
        }

        @Override
        void closed(IOException why, boolean hasFreed) {
            cause = why;
            freed.complete(hasFreed);
        }

        boolean freed() {
            return Caller.within("the end of it", freed::get);
        }
    }

    private static final class Planted extends Error {
        private static final long serialVersionUID = 1;

        Planted() {
            super("planted");
        }
    }

    private static void planted() {
        throw new Planted();
    }

    private static String refusal(Probe probe) {
        return Caller.within("the word of it", () -> assertThrows(IOException.class, probe::awaitOpen).getMessage());
    }

    @Test
    @DisplayName("an Error while an end is opened is told to whoever waits for it, and nothing of it is left")
    void errorWhileOpening() {
        Probe probe = new Probe(UcxEndTest::planted, () -> {});
        assertEquals("planted", refusal(probe));
        assertTrue(probe.freed());
        assertEquals("planted", probe.cause.getMessage());
        assertTrue(probe.awaitGone(UcxEnd.CLOSE_NANOS));
    }

    @Test
    @DisplayName("an Error in a job of an end that is open ends it, and is told")
    void errorInAJob() throws IOException {
        Probe probe = new Probe(() -> {}, () -> {});
        probe.awaitOpen();
        probe.execute(UcxEndTest::planted);
        assertTrue(probe.freed());
        assertEquals("planted", probe.cause.getMessage());
    }

    @Test
    @DisplayName("an Error while an end is closed still tells that it has gone, and that what it was given may still be in use")
    void errorWhileClosing() throws IOException {
        Probe probe = new Probe(() -> {}, UcxEndTest::planted);
        probe.awaitOpen();
        probe.stop();
        assertFalse(probe.freed());
        assertTrue(probe.isGone());
    }

    @Test
    @DisplayName("an end that nobody waits for any more, since its opener was interrupted, ends by itself; the opener waits for that and stays interrupted")
    void openerInterrupted() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Probe probe = new Probe(
                () -> {
                    opening.countDown();
                    go.await();
                },
                () -> {});
        opening.await();
        FutureTask<String> open = new FutureTask<>(
                () -> assertThrows(IOException.class, probe::awaitOpen).getMessage() + ", " + Thread.interrupted() + ", " + probe.isGone());
        Thread opener = new Thread(open, "test-opener");
        opener.start();
        opener.interrupt();
        go.countDown();
        assertEquals("interrupted while UCX was opened, true, true", Caller.within("the opener", open::get));
        assertTrue(probe.freed());
    }

    @Test
    @DisplayName("R7: a receiver's end that an interrupted thread closes has gone when close returns, and the thread stays interrupted")
    void closerInterrupted() throws IOException {
        UcxReceivingEnd end = new UcxReceivingEnd(Reach.THIS_MACHINE, (piece, bytes) -> Optional.empty(), cause -> {}, gone -> {});
        Thread.currentThread().interrupt();
        end.close();
        assertTrue(Thread.interrupted());
        assertTrue(end.isGone());
        end.close();
    }

    @Test
    @DisplayName("a receiver's end that fails inside tells it once; one that was closed before does not")
    void tells() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        UcxReceivingEnd end = new UcxReceivingEnd(
                Reach.THIS_MACHINE, (piece, bytes) -> Optional.empty(), cause -> told.complete(cause.getMessage()), gone -> {});
        end.execute(() -> end.fail(new IOException("planted")));
        assertEquals("planted", Caller.within("the word of it", told::get));
        end.close();

        CompletableFuture<String> silent = new CompletableFuture<>();
        UcxReceivingEnd closed = new UcxReceivingEnd(
                Reach.THIS_MACHINE, (piece, bytes) -> Optional.empty(), cause -> silent.complete(cause.getMessage()), gone -> {});
        closed.close();
        assertFalse(silent.isDone());
    }
}
