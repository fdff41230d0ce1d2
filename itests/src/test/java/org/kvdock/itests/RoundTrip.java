package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/** One chunk through a pair of adapters and back, by the eventfds: store on one side, lookup, load and unlock on the other. */
public final class RoundTrip {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RoundTrip() {
    }

    /** Both sides may be the same adapter. Fails unless the bytes come back and nothing stays locked or open. */
    public static void through(L2Adapter storing, L2Adapter loading) {
        List<ObjectKey> keys = List.of(ObjectKey.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, "itest", 0, 0, ""));
        KvBuffer chunk = KvBuffer.allocate(64 << 10);
        ByteBuffer bytes = chunk.view();
        while (bytes.hasRemaining()) {
            bytes.put((byte) (bytes.position() * 31));
        }

        TaskResult stored = await(storing, TaskKind.STORE, storing.submitStoreTask(keys, List.of(chunk)));
        assertTrue(stored.toString(), stored.success());
        TaskResult found = await(loading, TaskKind.LOOKUP, loading.submitLookupAndLockTask(keys));
        assertEquals("1", found.bitmap().toString());
        KvBuffer back = KvBuffer.allocate(64 << 10);
        TaskResult loaded = await(loading, TaskKind.LOAD, loading.submitLoadTask(keys, List.of(back)));
        assertEquals("1", loaded.bitmap().toString());
        assertEquals(chunk.view(), back.view());
        loading.submitUnlock(keys);
        assertEquals(0, loading.status().locksHeld());
    }

    static TaskResult await(L2Adapter adapter, TaskKind kind, long id) {
        Supplier<Optional<TaskResult>> fetch = switch (kind) {
            case STORE -> () -> Optional.ofNullable(adapter.popCompletedStoreTasks().get(id));
            case LOOKUP -> () -> adapter.queryLookupAndLockResult(id);
            case LOAD -> () -> adapter.queryLoadResult(id);
        };
        try (EventPoller poller = new EventPoller()) {
            poller.add(adapter.eventFd(kind), () -> adapter.eventFd(kind).read());
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (;;) {
                Optional<TaskResult> result = fetch.get();
                if (result.isPresent()) {
                    return result.get();
                }
                Duration left = Duration.ofNanos(end - System.nanoTime());
                assertTrue(kind + " task " + id + " of " + adapter.name() + " not done in time", !left.isNegative());
                poller.poll(left);
            }
        }
    }
}
