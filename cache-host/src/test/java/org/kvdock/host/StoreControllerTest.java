package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;
import static org.kvdock.host.support.Requests.store;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

class StoreControllerTest {
    private static final int BYTES = 1000;

    private final CacheHost host = CacheHost.open(HostSettings.DEFAULT);
    private final SteeredAdapter a = SteeredAdapter.open("a");
    private final SteeredAdapter b = SteeredAdapter.open("b");

    @AfterEach
    void close() {
        a.close();
        b.close();
        host.close();
    }

    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(PATIENCE));
        HostStatus status = host.status();
        assertAll(
                () -> assertEquals(0, status.l1().readLocks()),
                () -> assertEquals(0, status.l1().locked()),
                () -> assertEquals(0, status.l1().reserved()),
                () -> assertEquals(0, status.storesInFlight()));
    }

    @Test
    @DisplayName("case 59: what is written is stored on every docked adapter")
    void storesEverywhere() {
        host.dock(a);
        host.dock(b);
        List<ObjectKey> keys = range(0, 5);
        RequestStored stored = get(store(host, "r", keys, BYTES));
        assertEquals(Bitmap.ones(5), stored.stored());
        assertEquals(Bitmap.ones(5), stored.moved());
        assertEquals(2 * 5 * BYTES, stored.bytesMoved());
        assertTrue(stored.error().isEmpty());
        assertTrue(a.has(keys).all());
        assertTrue(b.has(keys).all());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 59: a stored request says which chunks were there already, hits are stored too")
    void tellsMovedFromStored() {
        host.dock(a);
        get(store(host, "r0", keys(1, 2), BYTES));
        RequestStored stored = get(store(host, "r1", keys(1, 2, 3), BYTES));
        assertEquals("111", stored.stored().toString());
        assertEquals("001", stored.moved().toString());
        assertEquals(BYTES, stored.bytesMoved());
        assertEquals(keys(1, 2, 3), a.stores.get(1));
        assertEquals(3, a.contexts.get(1).totalChunks());
        assertTrue(a.contexts.get(1).lastBatch());
    }

    @Test
    @DisplayName("case 60: requests accumulate and are stored in order, also those without chunks")
    void inOrder() throws InterruptedException {
        try (SteeredAdapter one = SteeredAdapter.open("one", Map.of("workers", 1, "max_tasks_in_flight", 3))) {
            host.dock(one);
            one.hold(TaskKind.STORE);
            List<String> ids = new ArrayList<>();
            CompletionStage<RequestStored> last = null;
            for (int i = 0; i < 50; i++) {
                ids.add("r" + i);
                last = store(host, "r" + i, i % 10 == 9 ? List.of() : range(i, 1), BYTES);
            }
            one.awaitHeld(TaskKind.STORE, 3);
            one.release(TaskKind.STORE);
            assertEquals(0, get(last).stored().length());
            assertTrue(host.awaitIdle(PATIENCE));
            assertEquals(ids, one.contexts.stream().map(context -> context.requestId()).toList());
        }
        assertNothingHeld();
    }

    /** An adapter that is not built on the base and tells one store in three in a way that does not fit its task. */
    private static L2Adapter garbling(L2Adapter sound) {
        return (L2Adapter) Proxy.newProxyInstance(
                L2Adapter.class.getClassLoader(), new Class<?>[] {L2Adapter.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(sound, arguments);
                    if (method.getName().equals("popCompletedStoreTasks")) {
                        Map<Long, TaskResult> garbled = new LinkedHashMap<>();
                        ((Map<?, ?>) result).forEach((id, told) -> garbled.put((Long) id, garbled((TaskResult) told)));
                        return garbled;
                    }
                    return result;
                });
    }

    private static TaskResult garbled(TaskResult result) {
        return result.taskId() % 3 != 1 ? result : new TaskResult(
                result.taskId(), result.kind(), result.outcome(), Bitmap.ones(1000), result.moved(), result.unconfirmed(),
                result.bytesMoved(), result.error(), result.errorText());
    }

    @Test
    @DisplayName("case 69: an exception while one task is finished neither repeats nor skips another's release")
    void exceptionWhileFinishing() throws InterruptedException {
        host.dock(garbling(a));
        a.hold(TaskKind.STORE);
        List<CompletionStage<RequestStored>> stages = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            stages.add(store(host, "r" + i, range(2 * i, 2), BYTES));
        }
        a.awaitHeld(TaskKind.STORE, 9);
        a.release(TaskKind.STORE);
        long failed = stages.stream().filter(stage -> get(stage).error().isPresent()).count();
        assertEquals(3, failed);
        assertNothingHeld();
        assertEquals(9, host.status().stores().tasksCompleted());
    }

    @Test
    @DisplayName("case 63: back-pressure keeps the batch and its locks until the next completion")
    void backPressure() throws InterruptedException {
        try (SteeredAdapter narrow = SteeredAdapter.open("narrow", Map.of("max_tasks_in_flight", 1))) {
            host.dock(narrow);
            narrow.hold(TaskKind.STORE);
            CompletionStage<RequestStored> first = store(host, "r0", range(0, 2), BYTES);
            CompletionStage<RequestStored> second = store(host, "r1", range(2, 2), BYTES);
            narrow.awaitHeld(TaskKind.STORE, 1);
            awaitBackPressure(1);
            assertFalse(second.toCompletableFuture().isDone());
            assertEquals(4, host.status().l1().locked());
            narrow.releaseOne(TaskKind.STORE);
            assertEquals(Bitmap.ones(2), get(first).stored());
            narrow.awaitHeld(TaskKind.STORE, 1);
            narrow.release(TaskKind.STORE);
            assertEquals(Bitmap.ones(2), get(second).stored());
            assertEquals(0, host.status().stores().submitFailures());
        }
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 63: back-pressure that others cause is tried again without a completion of ours")
    void backPressureByOthers() throws InterruptedException {
        try (SteeredAdapter narrow = SteeredAdapter.open("narrow", Map.of("max_tasks_in_flight", 1))) {
            host.dock(narrow);
            long other = narrow.submitLookupAndLockTask(List.of());
            CompletionStage<RequestStored> stored = store(host, "r", range(0, 2), BYTES);
            awaitBackPressure(3);
            while (narrow.queryLookupAndLockResult(other).isEmpty()) {
                Thread.onSpinWait();
            }
            assertEquals(Bitmap.ones(2), get(stored).stored());
        }
    }

    private void awaitBackPressure(int times) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (host.status().stores().backPressure() < times) {
            assertTrue(System.nanoTime() < end, "no back-pressure");
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("case 63: a request larger than an adapter's bound goes in parts, of which the last one says so")
    void largerThanTheBound() {
        try (SteeredAdapter narrow = SteeredAdapter.open("narrow", Map.of("max_bytes_in_flight", 3 * BYTES))) {
            host.dock(narrow);
            List<ObjectKey> keys = range(0, 10);
            RequestStored stored = get(store(host, "r", keys, BYTES));
            assertEquals(Bitmap.ones(10), stored.stored());
            assertTrue(narrow.has(keys).all());
            assertEquals(1, narrow.contexts.stream().filter(context -> context.lastBatch()).count());
            assertTrue(narrow.contexts.stream().allMatch(context -> context.totalChunks() == 10));
            RequestStored tooLarge = get(store(host, "s", range(10, 1), 4 * BYTES));
            assertTrue(tooLarge.stored().isEmpty());
            assertTrue(tooLarge.error().orElseThrow().startsWith("narrow: "), tooLarge.error().toString());
        }
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 63: a submit that fails for good releases the locks and is counted")
    void submitFails() {
        SteeredAdapter gone = SteeredAdapter.open("gone");
        host.dock(gone);
        host.dock(a);
        gone.close();
        RequestStored stored = get(store(host, "r", range(0, 3), BYTES));
        assertTrue(stored.stored().isEmpty());
        assertEquals(3, stored.moved().count());
        assertTrue(stored.error().orElseThrow().startsWith("gone: "), stored.error().toString());
        assertTrue(a.has(range(0, 3)).all());
        assertEquals(1, host.status().stores().submitFailures());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 64: locks are released after a failure, and the failure names its adapter and cause")
    void failure() {
        host.dock(a);
        a.fail(keys(1).get(0));
        RequestStored stored = get(store(host, "r", range(0, 3), BYTES));
        assertEquals("101", stored.stored().toString());
        assertTrue(stored.error().orElseThrow().contains("INJECTED"), stored.error().toString());
        assertEquals(1, host.status().stores().tasksFailed());
        assertEquals(Map.of(ErrorCode.INJECTED, 1L), host.status().stores().failures());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 65: requests that share one signal all finish")
    void sharedSignal() throws InterruptedException {
        host.dock(a);
        a.hold(TaskKind.STORE);
        CompletionStage<RequestStored> first = store(host, "r0", range(0, 2), BYTES);
        CompletionStage<RequestStored> second = store(host, "r1", range(2, 2), BYTES);
        a.awaitHeld(TaskKind.STORE, 2);
        a.release(TaskKind.STORE);
        assertEquals(Bitmap.ones(2), get(first).stored());
        assertEquals(Bitmap.ones(2), get(second).stored());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 66: locks drop only when all adapters have finished")
    void lastAdapterReleases() throws InterruptedException {
        host.dock(a);
        host.dock(b);
        b.hold(TaskKind.STORE);
        CompletionStage<RequestStored> stored = store(host, "r", range(0, 3), BYTES);
        b.awaitHeld(TaskKind.STORE, 1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (host.status().stores().tasksCompleted() < 1) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
        assertFalse(stored.toCompletableFuture().isDone());
        assertEquals(3, host.status().l1().locked());
        b.release(TaskKind.STORE);
        assertEquals(Bitmap.ones(3), get(stored).stored());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 67: without an adapter nothing stays locked, and the request says why it is not stored")
    void noAdapter() {
        RequestStored stored = get(store(host, "r", range(0, 3), BYTES));
        assertTrue(stored.stored().isEmpty());
        assertTrue(stored.error().isPresent());
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 61: chunks that came by prefetch are not stored again")
    void prefetchedIsNotStored() {
        host.dock(a);
        a.with(range(0, 4), BYTES);
        prefetch(host, "r", range(0, 4), BYTES).close();
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(4, host.status().l1().objects());
        assertEquals(0, a.stores.size());
        assertEquals(0, host.status().stores().requests());
    }

    @Test
    @DisplayName("an aborted request keeps its chunks in L1, unlocked and not stored")
    void abort() {
        host.dock(a);
        put(host, "r", range(0, 3), BYTES).abort();
        assertEquals(3, host.status().l1().objects());
        assertNothingHeld();
        assertEquals(0, a.stores.size());
    }
}
