package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.l2.mock.AsyncBench.get;
import static org.kvdock.l2.mock.AsyncBench.passThrough;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.async.AsyncAdapter;
import org.kvdock.l2.tck.Chunks;

/** Tasks as stages: what a caller of the facade sees of a well-behaved and of a troubled adapter. */
class AsyncAdapterTest {
    private static final int CHUNK = 256;
    private static final List<ObjectKey> KEYS = Chunks.keys("async", 5);

    private final AsyncBench bench = new AsyncBench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static CompletableFuture<TaskResult> submit(AsyncAdapter async, TaskKind kind, List<ObjectKey> keys) {
        return switch (kind) {
            case STORE -> async.store(keys, Chunks.buffers(keys, CHUNK));
            case LOOKUP -> async.lookupAndLock(keys);
            case LOAD -> async.load(keys, Chunks.empty(keys.size(), CHUNK));
        };
    }

    @Test
    @DisplayName("a chain of stages that submit again stores, finds, loads and unlocks, on the poller's one thread")
    void chain() throws Exception {
        AsyncAdapter async = bench.attached("chain", Map.of("latency_ms", 1));
        List<KvBuffer> loaded = Chunks.empty(KEYS.size(), CHUNK);
        List<String> threads = new ArrayList<>();
        Runnable release = bench.hold();
        CompletableFuture<TaskResult> chain = submit(async, TaskKind.STORE, KEYS)
                .thenCompose(stored -> {
                    threads.add(Thread.currentThread().getName());
                    return async.lookupAndLock(KEYS);
                })
                .thenCompose(found -> {
                    threads.add(Thread.currentThread().getName());
                    assertTrue(found.bitmap().all());
                    return async.load(KEYS, loaded);
                })
                .thenApply(result -> {
                    threads.add(Thread.currentThread().getName());
                    async.unlock(KEYS);
                    return result;
                });
        release.run();
        TaskResult last = get(chain);
        assertTrue(last.bitmap().all());
        assertEquals(List.of(AsyncBench.THREAD, AsyncBench.THREAD, AsyncBench.THREAD), threads);
        for (int i = 0; i < KEYS.size(); i++) {
            assertEquals(Chunks.buffer(KEYS.get(i), CHUNK).view(), loaded.get(i).view());
        }
        assertEquals(0, async.adapter().status().locksHeld());
        bench.assertAllFetched(async);
    }

    @ParameterizedTest(name = "a {0} that fails is a result, not an exception")
    @EnumSource(TaskKind.class)
    void failures(TaskKind kind) throws Exception {
        AsyncAdapter async = bench.attached("failing", Map.of("failure_rate", 1));
        TaskResult result = get(submit(async, kind, KEYS));
        assertFalse(result.success());
        assertEquals(ErrorCode.INJECTED, result.error());
        assertEquals(kind, result.kind());
    }

    @Test
    @DisplayName("a submit that is refused throws and leaves nothing: no stage, no task, no room taken")
    void refusals() throws Exception {
        AsyncAdapter async = bench.attached("narrow", Map.of("max_tasks_in_flight", 2, "stuck", true, "close_grace_ms", 1));
        assertThrows(BadArgumentException.class, () -> async.store(KEYS, Chunks.empty(1, CHUNK)));
        List<CompletableFuture<TaskResult>> taken = List.of(submit(async, TaskKind.STORE, KEYS), submit(async, TaskKind.LOAD, KEYS));
        for (TaskKind kind : TaskKind.values()) {
            assertThrows(BackPressureException.class, () -> submit(async, kind, KEYS));
        }
        async.adapter().close();
        for (CompletableFuture<TaskResult> stage : taken) {
            assertEquals(ErrorCode.CANCELLED, get(stage).error());
        }
    }

    @ParameterizedTest(name = "a {0} whose stage is cancelled completes in the adapter; its result is fetched, its locks go back")
    @EnumSource(TaskKind.class)
    void cancel(TaskKind kind) throws Exception {
        // One worker: when what is submitted last has been fetched, all before it has completed.
        AsyncAdapter async = bench.attached("cancelled", Map.of("workers", 1));
        assertTrue(get(submit(async, TaskKind.STORE, KEYS.subList(0, 3))).success());
        Runnable release = bench.hold();
        CompletableFuture<TaskResult> stage = submit(async, kind, KEYS);
        assertTrue(stage.cancel(true));
        assertThrows(CancellationException.class, stage::join);
        release.run();
        passThrough(async);
        assertEquals(0, async.adapter().status().locksHeld(), "locks of a lookup that nobody wants");
        assertEquals(kind == TaskKind.STORE ? 5 : 3, async.adapter().usage().objects(), "a cancelled store still stores");
        bench.assertAllFetched(async);
    }

    @Test
    @DisplayName("a stage that is given a shorter time gives up like one that is cancelled")
    void orTimeout() throws Exception {
        AsyncAdapter async = bench.attached("impatient", Map.of("workers", 1));
        get(submit(async, TaskKind.STORE, KEYS));
        Runnable release = bench.hold();
        CompletableFuture<TaskResult> stage = async.lookupAndLock(KEYS).orTimeout(1, TimeUnit.MILLISECONDS);
        assertInstanceOf(TimeoutException.class, assertThrows(ExecutionException.class, () -> get(stage)).getCause());
        release.run();
        passThrough(async);
        assertEquals(0, async.adapter().status().locksHeld());
        bench.assertAllFetched(async);
    }

    @Test
    @DisplayName("what throws on a stage costs only that stage's followers, also if it is an Error")
    void throwingCallbacks() throws Exception {
        AsyncAdapter async = bench.attached("thrower", Map.of());
        for (int i = 0; i < 20; i++) {
            CompletableFuture<TaskResult> stage = async.lookupAndLock(KEYS);
            AssertionError thrown = new AssertionError("from a callback");
            CompletableFuture<Void> follower = stage.thenAccept(result -> {
                throw thrown;
            });
            assertSame(thrown, assertThrows(ExecutionException.class, () -> get(follower)).getCause());
            assertTrue(get(stage).success());
        }
        bench.assertAllFetched(async);
    }

    @Test
    @DisplayName("an adapter whose fetch throws fails its own stages, and no other adapter's")
    void brokenAdapter() throws Exception {
        AsyncAdapter good = bench.attached("good", Map.of());
        MockAdapter real = bench.mock("broken", Map.of("stuck", true, "fault_kinds", "load", "close_grace_ms", 1));
        AsyncAdapter broken = bench.poller.attach(thatThrows(real, "popCompletedStoreTasks"));
        CompletableFuture<TaskResult> load = submit(broken, TaskKind.LOAD, KEYS);
        CompletableFuture<TaskResult> store = submit(broken, TaskKind.STORE, KEYS);
        for (CompletableFuture<TaskResult> stage : List.of(store, load)) {
            Throwable cause = assertThrows(ExecutionException.class, () -> get(stage)).getCause();
            assertTrue(cause.getMessage().contains("broken") && cause.getMessage().contains("on purpose"), cause.getMessage());
        }
        assertThrows(ClosedException.class, () -> broken.lookupAndLock(KEYS));
        assertNotNull(get(submit(good, TaskKind.STORE, KEYS)));
    }

    private static L2Adapter thatThrows(L2Adapter adapter, String method) {
        return (L2Adapter) Proxy.newProxyInstance(
                L2Adapter.class.getClassLoader(), new Class<?>[] {L2Adapter.class}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        throw new IllegalStateException("on purpose");
                    }
                    try {
                        return called.invoke(adapter, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    @DisplayName("a store that was submitted past the facade is dropped, and costs no stage")
    void stranger() throws Exception {
        AsyncAdapter async = bench.attached("shared", Map.of());
        async.adapter().submitStoreTask(KEYS.subList(0, 1), Chunks.buffers(KEYS.subList(0, 1), CHUNK));
        assertTrue(get(submit(async, TaskKind.STORE, KEYS)).success());
        passThrough(async);
        bench.assertAllFetched(async);
    }
}
