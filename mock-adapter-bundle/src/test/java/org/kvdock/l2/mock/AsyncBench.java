package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.async.AsyncAdapter;
import org.kvdock.l2.async.AsyncPoller;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.tck.Caller;

/** One async poller with mock adapters, closed together; every wait is bounded by the kit's patience. */
final class AsyncBench implements AutoCloseable {
    static final String THREAD = "test-async";

    final AsyncPoller poller = new AsyncPoller(THREAD);
    final MemoryJournals journals = new MemoryJournals();
    private final Deque<MockAdapter> adapters = new ArrayDeque<>();

    MockAdapter mock(String name, Map<String, ?> configuration) {
        Map<String, Object> all = new HashMap<>(configuration);
        all.putIfAbsent("max_size_gb", 0.01);
        MockAdapter adapter = new MockAdapterFactory().create(name, all, journals);
        adapters.push(adapter);
        return adapter;
    }

    AsyncAdapter attached(String name, Map<String, ?> configuration) {
        return poller.attach(mock(name, configuration));
    }

    static MockAdapter mockOf(AsyncAdapter async) {
        return (MockAdapter) async.adapter();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(Caller.patience().toSeconds(), TimeUnit.SECONDS);
    }

    /** When this returns, the poller has done everything about results that it fetched before. */
    static void passThrough(AsyncAdapter async) throws Exception {
        // The first may be fetched together with them; then the second is not.
        for (int i = 0; i < 2; i++) {
            get(async.lookupAndLock(List.of()));
        }
    }

    /**
     * Holds the poller's thread in a callback of an adapter of its own, so that nothing is fetched meanwhile.
     *
     * @return lets the thread go on
     */
    Runnable hold() throws Exception {
        AsyncAdapter holder = attached("holder", Map.of());
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Boolean> held = CompletableFuture.completedFuture(false);
        // A stage that is complete already runs what is hung on it on this thread: then once more.
        for (boolean holding = false; !holding; holding = get(held)) {
            CompletableFuture<Boolean> tried = new CompletableFuture<>();
            held = tried;
            holder.lookupAndLock(List.of()).thenRun(() -> {
                boolean there = Thread.currentThread().getName().equals(THREAD);
                tried.complete(there);
                if (there) {
                    awaitQuietly(gate);
                }
            });
        }
        return gate::countDown;
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await(Caller.patience().toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drains; then nothing accepted is open and nothing completed unfetched, by the adapter's account and its journal's. */
    void assertAllFetched(AsyncAdapter async) {
        assertTrue(async.adapter().drain(Caller.patience()).complete());
        assertEquals(0, async.adapter().status().unfetched());
        TaskState state = journals.store(async.adapter().name()).fold();
        assertEquals(Map.of(), state.openTasks());
        assertEquals(Set.of(), state.undelivered());
    }

    @Override
    public void close() {
        adapters.forEach(MockAdapter::close);
        poller.close();
        assertTrue(poller.awaitEnd(Caller.patience()), "the poller's thread ends");
    }
}
