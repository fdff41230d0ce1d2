package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;

/** Many threads, many tasks, and not one too few or too many (R3, R4, R5). */
public interface StressCases extends KitCases {
    int THREADS = 8;
    int FULL = 10_000;
    int MOST_BYTES = 4096;

    /** @return how much of the full length to run: {@code -Dkvdock.tck.scale=1} is all of it */
    static double scale() {
        return Double.parseDouble(System.getProperty("kvdock.tck.scale", "0.05"));
    }

    @Test
    @DisplayName("case 24: 8 threads x 10,000 submits of all kinds with random sizes: accepted = completed = journaled, once each")
    default void manySubmits() throws InterruptedException {
        long seed = Long.getLong("kvdock.tck.seed", System.nanoTime());
        int each = (int) Math.max(50, FULL * scale());
        KitBench.Run run = bench().open(Map.of("max_tasks_in_flight", 1024, "store_timeout_ms", 120_000));
        Map<L2Adapter, Collector> collectors = new HashMap<>();
        for (Caller caller : run.callers()) {
            caller.close();
            L2Adapter adapter = caller.adapter();
            collectors.put(adapter, new Collector(adapter, 256, result -> giveLocksBack(adapter, result)));
        }
        ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = seeds.split();
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < each; i++) {
                        submitOne(run, collectors, random);
                    }
                } catch (Throwable e) {
                    thrown.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        String where = "seed " + seed;
        for (Throwable e : thrown) {
            throw new AssertionError(where + ": a submitter threw " + e, e);
        }
        int accepted = 0;
        for (Map.Entry<L2Adapter, Collector> of : collectors.entrySet()) {
            of.getValue().awaitAll();
            assertTrue(of.getKey().drain(Caller.patience()).complete(), where);
            of.getValue().close();
            accepted += of.getValue().ids().size();
            assertEquals(List.of(), of.getValue().wrong(), where);
            assertEquals(List.of(), of.getValue().withoutResult(), where);
            assertJournaledOnce(run.journal(of.getKey()), of.getValue(), where);
            assertEquals(0, of.getKey().status().unfetched(), where);
            assertEquals(0, of.getKey().status().locksHeld(), where + ": every hit was unlocked");
            assertEquals(0, run.journal(of.getKey()).fold().locksHeld(), where);
        }
        assertEquals(THREADS * each, accepted, where);
    }

    private static void giveLocksBack(L2Adapter adapter, TaskResult result) {
        if (result.kind() == TaskKind.LOOKUP && !result.bitmap().isEmpty()) {
            // A lookup of n keys asks for the first n names, so the result alone says which these are.
            adapter.submitUnlock(result.bitmap().gather(NAMES.subList(0, result.bitmap().length())));
        }
    }

    /** All keys that the stress cases use. */
    List<ObjectKey> NAMES = Chunks.keys("c24", 512);

    private static void submitOne(KitBench.Run run, Map<L2Adapter, Collector> collectors, SplittableRandom random)
            throws InterruptedException {
        TaskKind kind = TaskKind.of(random.nextInt(3));
        L2Adapter adapter = run.caller(kind).adapter();
        Collector collector = collectors.get(adapter);
        int count = random.nextInt(4);
        List<ObjectKey> keys = new ArrayList<>(count);
        List<KvBuffer> objects = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ObjectKey key = NAMES.get(kind == TaskKind.LOOKUP ? i : random.nextInt(NAMES.size()));
            keys.add(key);
            // A key's length is its own, so that each store of it stores the same.
            objects.add(KvBuffer.allocate((key.hashCode() & Integer.MAX_VALUE) % MOST_BYTES));
        }
        collector.permit();
        try {
            collector.accepted(kind, KitBench.Run.submit(adapter, kind, keys, objects));
        } catch (RuntimeException | Error e) {
            collector.giveBack();
            throw e;
        }
    }

    private static void assertJournaledOnce(KitJournal journal, Collector collector, String where) {
        List<JournalRecord> records = journal.records();
        List<Long> submitted = new ArrayList<>();
        List<Long> completed = new ArrayList<>();
        List<Long> delivered = new ArrayList<>();
        Map<TaskKind, Long> byKind = new EnumMap<>(TaskKind.class);
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Submitted task) {
                submitted.add(task.taskId());
            } else if (record instanceof JournalRecord.Completed task) {
                completed.add(task.taskId());
                byKind.merge(task.kind(), 1L, Long::sum);
            } else if (record instanceof JournalRecord.Delivered task) {
                delivered.addAll(task.taskIds());
            }
        }
        List<Long> accepted = new ArrayList<>(collector.ids());
        for (List<Long> ids : List.of(accepted, submitted, completed, delivered)) {
            Collections.sort(ids);
        }
        assertEquals(accepted, submitted, where + ": submitted");
        assertEquals(accepted, completed, where + ": completed");
        assertEquals(accepted, delivered, where + ": delivered");
        byKind.forEach((kind, count) -> assertEquals(count, collector.signalled(kind), where + ": signals of " + kind));
    }
}
