package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;
import static org.kvdock.host.support.Requests.matches;
import static org.kvdock.host.support.Requests.prefetch;
import static org.kvdock.host.support.Requests.put;
import static org.kvdock.host.support.Requests.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/** Adapters and owners that do not keep the contract cost themselves something, and nobody else. */
class ContractBreakersTest {
    private static final int BYTES = 500;

    private final CacheHost host = CacheHost.open(HostSettings.of(Map.of("l1_slab_bytes", 1 << 14)));
    private final SteeredAdapter a = SteeredAdapter.open("a", Map.of("close_grace_ms", 50, "max_keys_per_task", 4));

    @AfterEach
    void close() {
        a.close();
        host.close();
    }

    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(PATIENCE));
        assertEquals(0, host.status().l1().locked());
        assertEquals(0, host.status().l1().reserved());
    }

    /** What comes between a caller and an adapter. */
    private interface Twist {
        Object call(String method, Sound sound) throws Throwable;
    }

    /** The adapter's own answer. */
    private interface Sound {
        Object answer() throws Throwable;
    }

    private static L2Adapter twisted(L2Adapter sound, Twist twist) {
        return (L2Adapter) Proxy.newProxyInstance(
                L2Adapter.class.getClassLoader(), new Class<?>[] {L2Adapter.class}, (proxy, method, arguments) -> {
                    try {
                        return twist.call(method.getName(), () -> method.invoke(sound, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    @DisplayName("case 96, 102: an adapter that its owner closes while it is docked takes no stage with it")
    void closedByItsOwner() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(2);
        host.dock(a.with(range(10, 3), BYTES));
        a.hold(TaskKind.STORE);
        a.hold(TaskKind.LOAD);
        CompletionStage<RequestStored> stored = store(host, "s", range(0, 2), BYTES);
        CompletionStage<Prefetched> fetched = host.prefetch("p", range(10, 3), BYTES, PATIENCE.multipliedBy(10));
        a.awaitHeld(TaskKind.STORE, 1);
        a.awaitHeld(TaskKind.LOAD, 1);
        // Both controllers are busy elsewhere when the last signals go with the eventfds.
        host.setStorePolicy((id, keys, docked) -> {
            awaitUntil(closed, busy);
            return List.of();
        });
        host.setPrefetchPolicy((id, keys, found) -> {
            awaitUntil(closed, busy);
            return Map.of();
        });
        try (SteeredAdapter b = SteeredAdapter.open("b")) {
            host.dock(b.with(range(20, 1), BYTES));
            CompletionStage<RequestStored> other = store(host, "t", range(4, 1), BYTES);
            CompletionStage<Prefetched> another = host.prefetch("q", range(20, 1), BYTES, PATIENCE);
            assertTrue(busy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            a.close();
            closed.countDown();
            get(other);
            get(another).close();
            assertTrue(get(stored).error().orElseThrow().contains("CANCELLED"), get(stored).error().toString());
            assertEquals(0, get(fetched).prefix());
            assertNothingHeld();
            host.setStorePolicy(null);
            assertTrue(get(store(host, "u", range(0, 2), BYTES)).error().orElseThrow().contains("closed"));
            host.undock(b);
        }
    }

    private static void awaitUntil(CountDownLatch latch, CountDownLatch arrived) {
        arrived.countDown();
        try {
            assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "case 69: an adapter that throws once when it should hand out a {0} is asked again")
    @EnumSource
    void throwsOnce(TaskKind kind) {
        String method = switch (kind) {
            case STORE -> "popCompletedStoreTasks";
            case LOOKUP -> "queryLookupAndLockResult";
            case LOAD -> "queryLoadResult";
        };
        AtomicInteger calls = new AtomicInteger();
        a.with(range(10, 3), BYTES);
        host.dock(twisted(a, (called, sound) -> {
            if (called.equals(method) && calls.getAndIncrement() == 0) {
                throw new NoClassDefFoundError("its bundle is gone, or so it says");
            }
            return sound.answer();
        }));
        assertTrue(get(store(host, "s", range(0, 2), BYTES)).stored().all());
        try (Prefetched got = prefetch(host, "p", range(10, 3), BYTES)) {
            assertEquals(3, got.prefix());
        }
        assertTrue(calls.get() > 1);
        assertNothingHeld();
    }

    @Test
    @DisplayName("case 69: a result that is longer than its task claims nothing for the keys of another one")
    void claimsTooMuch() {
        // The first of two parts says that all eight keys are stored; the second part fails.
        a.fail(key(6));
        host.dock(twisted(a, (method, sound) -> {
            Object answer = sound.answer();
            return !method.equals("popCompletedStoreTasks") ? answer : ((Map<?, ?>) answer).values().stream()
                    .map(TaskResult.class::cast)
                    .collect(Collectors.toMap(TaskResult::taskId, result -> allOf(result, 8)));
        }));
        RequestStored stored = get(store(host, "s", range(0, 8), BYTES));
        assertEquals("00001101", stored.stored().toString());
        assertTrue(stored.error().isPresent());
        assertNothingHeld();
    }

    private static TaskResult allOf(TaskResult result, int keys) {
        return result.taskId() != 0 ? result : new TaskResult(
                result.taskId(), result.kind(), result.outcome(), Bitmap.ones(keys), Bitmap.ones(keys), new Bitmap(keys),
                result.bytesMoved(), result.error(), result.errorText());
    }

    @Test
    @DisplayName("R15: a chunk that is shorter than the reader wants shows nobody what its memory held before; it is missing")
    void shortChunk() {
        host.dock(a);
        // Memory that has held somebody else's bytes.
        put(host, "secret", range(100, 8), BYTES).abort();
        assertEquals(8, host.clear());
        a.with(range(0, 3), BYTES).with(range(3, 1), BYTES / 4).with(range(4, 2), BYTES);
        try (Prefetched got = get(host.startPrefetch("p", range(0, 6), BYTES, PATIENCE, Trim.SPARSE).ready())) {
            assertEquals("111011", got.found().toString());
            assertTrue(matches(got, range(0, 6)));
        }
        assertNothingHeld();
        assertEquals(0, a.locks());
        assertEquals(1, host.status().prefetches().chunksFailed());
    }

    @Test
    @DisplayName("an Error in one listener for the end of a request reaches neither the reader nor the other listeners")
    void brokenListener() {
        host.dock(a.with(range(0, 1), BYTES));
        AtomicInteger told = new AtomicInteger();
        host.holdings().onUnpin(id -> {
            throw new NoClassDefFoundError("its bundle is gone");
        });
        host.holdings().onUnpin(id -> told.incrementAndGet());
        prefetch(host, "p", range(0, 1), BYTES).close();
        assertEquals(1, told.get());
        assertNothingHeld();
    }

    @Test
    @DisplayName("an eventfd whose counter runs over does not end the controller that waits on it")
    void counterRunsOver() {
        host.dock(a);
        a.eventFd(TaskKind.STORE).signal(Long.MAX_VALUE);
        a.eventFd(TaskKind.STORE).signal(Long.MAX_VALUE - 10);
        assertTrue(get(store(host, "s", range(0, 2), BYTES)).stored().all());
        assertNothingHeld();
    }

    @Test
    @DisplayName("an adapter that never hands out one task hands out the others, and costs its request the deadline")
    void neverHandsOut() {
        a.with(range(10, 3), BYTES).with(range(20, 3), BYTES);
        host.dock(twisted(a, (method, sound) -> {
            Object answer = sound.answer();
            if (answer instanceof Optional<?> told && told.orElse(null) instanceof TaskResult result && result.taskId() == 0) {
                throw new IllegalStateException("lost");
            }
            return answer;
        }));
        CompletionStage<Prefetched> lost = host.prefetch("lost", range(10, 3), BYTES, Duration.ofMillis(600));
        try (Prefetched got = prefetch(host, "p", range(20, 3), BYTES)) {
            assertEquals(3, got.prefix());
        }
        assertEquals(0, get(lost).prefix());
        assertEquals(0, host.status().l1().locked());
    }
}
