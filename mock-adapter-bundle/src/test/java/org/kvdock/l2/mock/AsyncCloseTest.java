package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.l2.mock.AsyncBench.get;
import static org.kvdock.l2.mock.AsyncBench.mockOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.async.AsyncAdapter;
import org.kvdock.l2.async.AsyncPoller;
import org.kvdock.l2.event.EventPoller;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Whatever is closed first, the adapter, its facade or the poller, every stage completes once. */
class AsyncCloseTest {
    private static final List<ObjectKey> KEYS = Chunks.keys("async-close", 3);
    private static final Map<String, ?> STUCK = Map.of("stuck", true, "close_grace_ms", 1);

    private final AsyncBench bench = new AsyncBench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static List<CompletableFuture<TaskResult>> someOfEach(AsyncAdapter async) {
        List<CompletableFuture<TaskResult>> stages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stages.add(async.store(KEYS, Chunks.buffers(KEYS, 64)));
            stages.add(async.lookupAndLock(KEYS));
            stages.add(async.load(KEYS, Chunks.empty(KEYS.size(), 64)));
        }
        return stages;
    }

    @Test
    @DisplayName("case 19: an adapter that is closed with tasks in flight completes their stages as cancelled")
    void adapterClosed() throws Exception {
        AsyncAdapter async = bench.attached("closed", STUCK);
        List<CompletableFuture<TaskResult>> stages = someOfEach(async);
        CompletableFuture<TaskResult> givenUp = stages.remove(1);
        givenUp.cancel(false);
        async.adapter().close();
        for (CompletableFuture<TaskResult> stage : stages) {
            assertEquals(TaskOutcome.CANCELLED, get(stage).outcome());
        }
        assertThrows(ClosedException.class, () -> async.lookupAndLock(KEYS));
        bench.poller.close();
        assertTrue(bench.poller.awaitEnd(Caller.patience()));
        assertEquals(0, async.adapter().status().unfetched(), "also the result that nobody wanted was fetched");
    }

    @Test
    @DisplayName("case 19: a completion that comes after the eventfds are closed still completes its stage")
    void lateCompletion() throws Exception {
        int stores = 3;
        GatedAdapter gated = new GatedAdapter("gated", stores);
        AsyncAdapter async = bench.poller.attach(gated);
        List<CompletableFuture<TaskResult>> stages = new ArrayList<>();
        for (int i = 0; i < stores; i++) {
            stages.add(async.store(KEYS.subList(i, i + 1), Chunks.buffers(KEYS.subList(i, i + 1), 64)));
        }
        assertTrue(gated.inside.await(Caller.patience().toSeconds(), TimeUnit.SECONDS));
        gated.close(); // gives up waiting for them
        assertFalse(gated.eventFd(TaskKind.STORE).isOpen());
        bench.poller.close();
        assertFalse(bench.poller.awaitEnd(Duration.ZERO), "tasks are still inside their buffers");
        assertTrue(stages.stream().noneMatch(CompletableFuture::isDone));
        gated.open();
        for (CompletableFuture<TaskResult> stage : stages) {
            // Cancelled, but the journal is closed by now and cannot say so.
            assertEquals(ErrorCode.JOURNAL_UNAVAILABLE, get(stage).error());
        }
    }

    @Test
    @DisplayName("a facade that is closed takes no tasks, completes those it has, and then frees the eventfds")
    void facadeClosed() throws Exception {
        AsyncAdapter async = bench.attached("left", Map.of("latency_ms", 20));
        List<CompletableFuture<TaskResult>> stages = someOfEach(async);
        async.close();
        async.close();
        assertThrows(ClosedException.class, () -> async.store(KEYS, Chunks.buffers(KEYS, 64)));
        for (CompletableFuture<TaskResult> stage : stages) {
            assertTrue(get(stage).success());
        }
        bench.poller.close();
        assertTrue(bench.poller.awaitEnd(Caller.patience()));
        try (Caller caller = new Caller(async.adapter())) {
            assertTrue(caller.store(KEYS, Chunks.buffers(KEYS, 64)).success(), "the adapter goes on, with another reader");
        }
    }

    @Test
    @DisplayName("a poller that is closed from a stage completes all stages of all adapters and ends")
    void pollerClosedFromAStage() throws Exception {
        AsyncAdapter first = bench.attached("first", Map.of("latency_ms", 1));
        AsyncAdapter second = bench.attached("second", Map.of());
        Runnable release = bench.hold();
        List<CompletableFuture<TaskResult>> stages = someOfEach(first);
        stages.addAll(someOfEach(second));
        CompletableFuture<Void> refused = stages.get(0).thenRun(bench.poller::close).thenRun(() -> {
            assertThrows(IllegalStateException.class, () -> bench.poller.awaitEnd(Caller.patience()));
            assertThrows(ClosedException.class, () -> second.lookupAndLock(KEYS));
            assertThrows(ClosedException.class, () -> bench.attached("third", Map.of()));
        });
        release.run();
        get(refused); // first: whoever waits for a stage may be made to run what hangs on it
        for (CompletableFuture<TaskResult> stage : stages) {
            assertTrue(get(stage).success());
        }
        assertTrue(bench.poller.awaitEnd(Caller.patience()));
        bench.assertAllFetched(first);
        bench.assertAllFetched(second);
    }

    @Test
    @DisplayName("an adapter has one reader: a second attach is refused and harms nothing, a closed adapter is refused")
    void oneReader() throws Exception {
        AsyncAdapter async = bench.attached("one", Map.of());
        assertThrows(IllegalStateException.class, () -> bench.poller.attach(async.adapter()));
        MockAdapter hosted = bench.mock("hosted", Map.of());
        try (EventPoller host = new EventPoller()) {
            host.add(hosted.eventFd(TaskKind.LOAD), () -> {});
            assertThrows(IllegalStateException.class, () -> bench.poller.attach(hosted));
            // What it had registered before it was refused is free again.
            host.add(hosted.eventFd(TaskKind.STORE), () -> {});
        }
        assertTrue(get(bench.poller.attach(hosted).store(KEYS, Chunks.buffers(KEYS, 64))).success());
        assertTrue(get(async.store(KEYS, Chunks.buffers(KEYS, 64))).success());
        MockAdapter gone = bench.mock("gone", Map.of());
        gone.close();
        assertThrows(ClosedException.class, () -> bench.poller.attach(gone));
    }

    @Test
    @DisplayName("adapters that come and go leave nothing in the poller")
    void comeAndGo() throws Exception {
        for (int round = 0; round < 50; round++) {
            AsyncAdapter async = bench.attached("round", STUCK);
            CompletableFuture<TaskResult> stage = async.store(KEYS, Chunks.buffers(KEYS, 64));
            mockOf(async).close();
            assertEquals(TaskOutcome.CANCELLED, get(stage).outcome());
        }
        AsyncPoller idle = new AsyncPoller("idle");
        idle.close();
        assertTrue(idle.awaitEnd(Caller.patience()), "a poller without adapters ends at once");
        // Ends although nobody closed these facades: their adapters have gone.
        bench.poller.close();
        assertTrue(bench.poller.awaitEnd(Caller.patience()));
    }
}
