package org.kvdock.cli.lab.swap;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.kvdock.cli.workload.BlockBytes;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.ObjectKey;

/**
 * Threads that write and prefetch requests as fast as it goes, every other one each. A request that does not complete, or
 * brings other bytes than were written, is an error.
 */
final class SwapLoad {
    private static final int BLOCK_BYTES = 4096;
    private static final int DISTINCT_BLOCKS = 6000;
    private static final int LONGEST = 8;
    private static final long WITHOUT_ADAPTER_NANOS = 300_000;
    /** A request takes microseconds, and seconds when its adapter is being taken away. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StorageManager storage;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    final LongAdder requests = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder blocksRead = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    /** The longest time that one call of the host has kept a submitting thread. */
    final AtomicLong longestCallNanos = new AtomicLong();
    /** What a thread has to bear that calls nothing, at the same time. */
    final Hiccups hiccups = new Hiccups();
    private final AtomicLong nextRequest = new AtomicLong();

    SwapLoad(StorageManager storage, long seed) {
        this.storage = storage;
        this.seed = seed;
    }

    void start(int count) {
        stopped = false;
        threads.add(new Thread(() -> hiccups.measure(() -> stopped), "kvdock-hiccups"));
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(new Thread(() -> run(number), "kvdock-load-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** Forgets the longest times. */
    void resetLongest() {
        longestCallNanos.set(0);
        hiccups.reset();
    }

    /** Ends the threads after the requests that they are in. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    private void run(int number) {
        SplittableRandom random = new SplittableRandom(seed + number);
        while (!stopped) {
            long[] blocks = new long[1 + random.nextInt(LONGEST)];
            long first = random.nextInt(DISTINCT_BLOCKS);
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = first + i;
            }
            String id = "load-" + nextRequest.getAndIncrement();
            try {
                if (number % 2 == 0) {
                    write(id, blocks);
                } else {
                    read(id, blocks);
                }
                requests.increment();
            } catch (TimeoutException | ExecutionException e) {
                System.err.println("request " + id + " was not answered: " + e);
                unanswered.increment();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(String id, long[] blocks) throws InterruptedException, TimeoutException, ExecutionException {
        long start = System.nanoTime();
        RequestWriter writer = storage.write(id, keys(blocks), BLOCK_BYTES);
        for (int i = writer.prefixHits(); i < blocks.length; i++) {
            long block = blocks[i];
            start = lap(start);
            writer.put(i, out -> BlockBytes.fill(block, out));
        }
        start = lap(start);
        CompletionStage<RequestStored> stage = writer.finish();
        lap(start);
        RequestStored result = await(stage);
        if (result.stored().all()) {
            stored.increment();
        } else {
            // No adapter, for as long as one is being exchanged: leave the processors to that.
            LockSupport.parkNanos(WITHOUT_ADAPTER_NANOS);
        }
    }

    private void read(String id, long[] blocks) throws InterruptedException, TimeoutException, ExecutionException {
        long start = System.nanoTime();
        CompletionStage<Prefetched> stage = storage.prefetch(id, keys(blocks), BLOCK_BYTES, PATIENCE.dividedBy(2));
        lap(start);
        try (Prefetched got = await(stage)) {
            for (int i = 0; i < got.prefix(); i++) {
                if (BlockBytes.firstWrong(blocks[i], got.view(i)) >= 0) {
                    damaged.increment();
                }
            }
            blocksRead.add(got.prefix());
            if (got.prefix() == 0) {
                LockSupport.parkNanos(WITHOUT_ADAPTER_NANOS);
            }
        }
    }

    private long lap(long start) {
        long now = System.nanoTime();
        longestCallNanos.accumulateAndGet(now - start, Math::max);
        return now;
    }

    private static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, TimeoutException, ExecutionException {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<ObjectKey> keys(long[] blocks) {
        List<ObjectKey> keys = new ArrayList<>(blocks.length);
        for (long block : blocks) {
            keys.add(ObjectKey.of(ByteBuffer.allocate(8).putLong(block).array(), "lab", 0, 0, ""));
        }
        return keys;
    }
}
