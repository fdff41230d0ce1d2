package org.kvdock.l2.pd.sender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/**
 * R8 where a commit and the end of its task meet: what went out is called unconfirmed, and what is not called so never
 * goes out.
 */
class TransferCommitTest {
    private static final int ROUNDS = 2000;
    private static final int CHUNKS = 200;
    private static final int MOST_SPINS = 2000;
    private static final long EPOCH = 5;
    private static final long[] SLOTS = LongStream.range(1000, 1000 + CHUNKS).toArray();

    private static final List<ObjectKey> KEYS = Chunks.keys("k", CHUNKS);
    private static final List<KvBuffer> BUFFERS = Chunks.empty(CHUNKS, 8);

    private final Keeper adapter = new Keeper();
    private final Caller caller = new Caller(adapter);

    /** Leaves its stores to the test. */
    private static final class Keeper extends L2AdapterBase<Void> {
        private final BlockingQueue<StoreTask> stores = new LinkedBlockingQueue<>();

        Keeper() {
            super("keeper", "test", AdapterSettings.DEFAULT, new NoJournals().open("keeper"), TimeSource.SYSTEM);
            start();
        }

        @Override
        protected void store(StoreTask task) {
            stores.add(task);
        }

        @Override
        protected void load(LoadTask task) {
            task.complete();
        }
    }

    private static final ChunkSink SINK = new ChunkSink() {
        @Override
        public int room(int wanted) {
            return wanted;
        }

        @Override
        public void put(Place place, int offset, ByteBuffer slice) {}
    };

    @AfterEach
    void close() {
        caller.close();
        adapter.close();
    }

    private StoreTask submit() throws InterruptedException {
        adapter.submitStoreTask(KEYS, BUFFERS);
        return adapter.stores.poll(Caller.patience().toSeconds(), TimeUnit.SECONDS);
    }

    // Its chunks are written and on their way: the commit comes next.
    private static Transfer written(StoreTask task) throws ProtocolException {
        int[] all = IntStream.range(0, CHUNKS).toArray();
        Transfer transfer = new Transfer(0, task, all);
        transfer.allocated(new Message.Alloc(0, all, SLOTS, new long[0], new long[0], new int[0]));
        assertEquals(Transfer.Filled.DRY, transfer.fill(SINK));
        assertArrayEquals(SLOTS, transfer.landing());
        return transfer;
    }

    // What goes out, a bit for each chunk.
    private static Bitmap committed(Transfer transfer) {
        Bitmap out = new Bitmap(CHUNKS);
        for (long slot : transfer.commit(EPOCH, SLOTS).slots()) {
            out.set((int) (slot - SLOTS[0]));
        }
        return out;
    }

    private TaskResult result(StoreTask task) {
        return caller.await(TaskKind.STORE, task.id());
    }

    @Test
    @DisplayName("R8: a task that ended while its bytes were on their way sends no commit")
    void endedBefore() throws Exception {
        StoreTask task = submit();
        Transfer transfer = written(task);
        task.fail(ErrorCode.DEADLINE, "ended");
        assertEquals(0, committed(transfer).count());
        assertEquals(0, result(task).unconfirmed().count());
    }

    @Test
    @DisplayName("R8: a task that ends after its commit went out, and before the answer, calls its keys unconfirmed")
    void endedAfter() throws Exception {
        StoreTask task = submit();
        Transfer transfer = written(task);
        assertTrue(committed(transfer).all());
        task.fail(ErrorCode.DEADLINE, "ended");
        TaskResult result = result(task);
        assertEquals(0, result.bitmap().count());
        assertTrue(result.unconfirmed().all());
    }

    @Test
    @DisplayName("R8: a task that is decided in the middle of its commit calls those keys unconfirmed, and those alone, whose commit goes out")
    void endedMeanwhile() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ExecutorService deadlines = Executors.newSingleThreadExecutor();
        int inTheMiddle = 0;
        try {
            CyclicBarrier both = new CyclicBarrier(2);
            for (int round = 0; round < ROUNDS; round++) {
                StoreTask task = submit();
                Transfer transfer = written(task);
                int spins = random.nextInt(MOST_SPINS);
                Future<?> deadline = deadlines.submit(() -> {
                    both.await();
                    for (int i = 0; i < spins; i++) {
                        Thread.onSpinWait();
                    }
                    task.fail(ErrorCode.DEADLINE, "ended");
                    return null;
                });
                both.await();
                Bitmap out = committed(transfer);
                deadline.get();
                assertEquals(out, result(task).unconfirmed(), "round " + round + ", seed " + seed);
                inTheMiddle += !out.isEmpty() && !out.all() ? 1 : 0;
            }
        } finally {
            deadlines.shutdownNow();
        }
        System.out.println(inTheMiddle + " of " + ROUNDS + " tasks were decided in the middle of their commit");
    }
}
