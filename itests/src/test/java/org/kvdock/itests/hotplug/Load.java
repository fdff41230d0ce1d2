package org.kvdock.itests.hotplug;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.itests.inside.Blocks;
import org.kvdock.l2.ObjectKey;

/** Threads that write and prefetch requests as fast as it goes; a request that does not complete fails the test. */
final class Load {
    private static final int BYTES = 4096;
    private static final int KEYS = 4000;

    private final StorageManager host;
    private final long seed;
    private final ExecutorService pool;
    private final List<Future<?>> threads = new ArrayList<>();
    private volatile boolean stopped;
    /** Requests that were stored by every adapter that was docked. */
    final AtomicLong stored = new AtomicLong();
    /** Requests that found no adapter, or whose adapter left or was closed before it had them. */
    final AtomicLong unstored = new AtomicLong();
    final AtomicLong loaded = new AtomicLong();
    final AtomicLong damaged = new AtomicLong();

    Load(StorageManager host, int count, long seed) {
        this.host = host;
        this.seed = seed;
        this.pool = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            int thread = i;
            threads.add(pool.submit(() -> run(thread)));
        }
    }

    private void run(int thread) {
        Random random = new Random(seed + thread);
        for (int i = 0; !stopped; i++) {
            List<ObjectKey> keys = Blocks.keys(random.nextInt(KEYS), 1 + random.nextInt(8));
            String id = thread + "-" + i;
            if (thread % 2 == 0) {
                write(id, keys);
            } else {
                read(id, keys);
            }
        }
    }

    private void write(String id, List<ObjectKey> keys) {
        RequestWriter writer = host.write(id, keys, BYTES);
        for (int i = writer.prefixHits(); i < keys.size(); i++) {
            ObjectKey key = keys.get(i);
            writer.put(i, chunk -> Blocks.fill(chunk, key));
        }
        RequestStored result = HostRig.get(writer.finish());
        (result.stored().all() ? stored : unstored).incrementAndGet();
    }

    private void read(String id, List<ObjectKey> keys) {
        Duration deadline = Duration.ofSeconds(HostRig.PATIENCE_SECONDS);
        try (Prefetched got = HostRig.get(host.prefetch(id, keys, BYTES, deadline))) {
            for (int i = 0; i < got.prefix(); i++) {
                if (!Blocks.matches(got.view(i), keys.get(i))) {
                    damaged.incrementAndGet();
                }
            }
            loaded.addAndGet(got.prefix());
        }
    }

    /** Waits until so many more requests have been stored. */
    void awaitStored(long more) {
        long goal = stored.get() + more;
        HostRig.await(more + " more requests stored, seed " + seed, () -> stored.get() >= goal || threads.stream().anyMatch(Future::isDone));
    }

    /** Ends the threads; throws what one of them threw. */
    void close() throws Exception {
        stopped = true;
        for (Future<?> thread : threads) {
            thread.get(2 * HostRig.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        pool.shutdown();
    }
}
