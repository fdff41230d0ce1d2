package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Close may be called from anywhere inside the adapter: it returns, and every accepted task completes once (R3, R11). */
class CloseFromInsideTest {
    static Stream<Arguments> places() {
        return Stream.of(
                place("a completion listener", (adapter, close) -> adapter.addListener(new L2AdapterListener() {
                    @Override
                    public void taskCompleted(TaskResult result) {
                        close.run();
                    }
                })),
                place("a publication listener, inside the task's gate", (adapter, close) ->
                        adapter.addListener(new L2AdapterListener() {
                            @Override
                            public void keyPublished(ObjectKey key, long bytes) {
                                close.run();
                            }
                        })),
                place("a removal listener", (adapter, close) -> {
                    adapter.addListener(new L2AdapterListener() {
                        @Override
                        public void keyRemoved(ObjectKey key, RemovalReason reason) {
                            close.run();
                        }
                    });
                    adapter.onStore = task -> {
                        adapter.publishAll(task);
                        adapter.index().evictOldest(RemovalReason.EVICTED);
                    };
                }),
                place("the adapter's own hook", (adapter, close) -> adapter.onCompleted = result -> close.run()),
                place("a move, before it ends its task", (adapter, close) -> adapter.onStore = task -> {
                    close.run();
                    adapter.publishAll(task);
                }),
                place("a move, inside a buffer", (adapter, close) -> adapter.onStore = task -> {
                    task.read(0, chunk -> close.run());
                    adapter.publishAll(task);
                }),
                place("the clock, when a task times out", (adapter, close) -> {
                    adapter.onStore = task -> {};
                    adapter.onCompleted = result -> close.run();
                }));
    }

    private static Arguments place(String name, BiConsumer<ProbeAdapter, Runnable> install) {
        return Arguments.of(name, install);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    @DisplayName("close from inside")
    void closes(String name, BiConsumer<ProbeAdapter, Runnable> install) throws InterruptedException {
        MemoryJournals journals = new MemoryJournals();
        ProbeAdapter adapter = ProbeAdapter.open(Map.of("close_grace_ms", 100, "store_timeout_ms", 200), journals);
        CountDownLatch closed = new CountDownLatch(1);
        install.accept(adapter, () -> {
            adapter.close();
            closed.countDown();
        });
        Set<Long> accepted = new HashSet<>();
        for (ObjectKey key : Chunks.keys("k", 10)) {
            try {
                accepted.add(adapter.submitStoreTask(List.of(key), Chunks.empty(1, 8)));
            } catch (L2Exception e) {
                // The close was faster: not accepted.
                break;
            }
        }
        assertTrue(closed.await(Caller.patience().toSeconds(), TimeUnit.SECONDS), "close from " + name + " did not return");
        adapter.close();
        List<Long> told = new ArrayList<>();
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (told.size() < accepted.size() && System.nanoTime() < end) {
            told.addAll(adapter.popCompletedStoreTasks().keySet());
        }
        told.addAll(adapter.popCompletedStoreTasks().keySet());
        assertEquals(accepted.size(), told.size(), "accepted " + accepted + ", told " + told);
        assertEquals(accepted, new HashSet<>(told));
    }
}
