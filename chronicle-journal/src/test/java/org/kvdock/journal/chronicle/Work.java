package org.kvdock.journal.chronicle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/** A caller of an adapter, as a host is one: stores, looks up, loads what it found, unlocks. For one thread. */
final class Work implements AutoCloseable {
    private static final int CHUNK_BYTES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final L2Adapter adapter;
    private final Random random;
    private final EventPoller poller = new EventPoller();
    private final Map<Long, TaskResult> results = new HashMap<>();
    private final List<Long> lookups = new ArrayList<>();
    private final List<Long> loads = new ArrayList<>();

    Work(L2Adapter adapter, Random random) {
        this.adapter = adapter;
        this.random = random;
        for (TaskKind kind : TaskKind.values()) {
            poller.add(adapter.eventFd(kind), () -> {
                adapter.eventFd(kind).read();
                results.putAll(adapter.popCompletedStoreTasks());
                lookups.removeIf(id -> took(id, adapter.queryLookupAndLockResult(id)));
                loads.removeIf(id -> took(id, adapter.queryLoadResult(id)));
            });
        }
    }

    private boolean took(long id, Optional<TaskResult> result) {
        result.ifPresent(found -> results.put(id, found));
        return result.isPresent();
    }

    private TaskResult await(long id) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!results.containsKey(id)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("task " + id + " did not end");
            }
            poller.poll(PATIENCE);
        }
        return results.remove(id);
    }

    /** Rounds of one store, one lookup of stored and of unknown keys, one load, one unlock, now and then a delete. */
    void rounds(int rounds) {
        for (int round = 0; round < rounds; round++) {
            List<ObjectKey> keys = Keys.keys(random.nextInt(500), 1 + random.nextInt(5));
            long store = adapter.submitStoreTask(keys, chunks(keys.size()), Optional.of(StoreContext.whole("r" + round, keys.size())));
            if (random.nextBoolean()) {
                await(store);
            }
            List<ObjectKey> wanted = Keys.keys(random.nextInt(600), 1 + random.nextInt(5));
            lookups.add(adapter.submitLookupAndLockTask(wanted));
            List<ObjectKey> found = await(lookups.get(lookups.size() - 1)).bitmap().gather(wanted);
            if (!found.isEmpty()) {
                loads.add(adapter.submitLoadTask(found, chunks(found.size())));
                await(loads.get(loads.size() - 1));
                adapter.submitUnlock(found);
            }
            if (random.nextInt(10) == 0) {
                adapter.delete(List.of(Keys.key(random.nextInt(500))));
            }
            if (results.remove(store) == null && random.nextInt(4) == 0) {
                poller.poll(Duration.ZERO);
            }
        }
        adapter.drain(PATIENCE);
    }

    private List<KvBuffer> chunks(int count) {
        List<KvBuffer> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(KvBuffer.allocate(CHUNK_BYTES));
        }
        return chunks;
    }

    @Override
    public void close() {
        poller.close();
    }
}
