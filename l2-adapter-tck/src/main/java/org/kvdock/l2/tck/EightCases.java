package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** The first eight things that an adapter must do. */
public interface EightCases extends KitCases {
    @Test
    @DisplayName("case A1: submit store, eventfd, pop returns the task with success, and its id is 0")
    default void storeCompletes() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("a1");
        long id = run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 1024)));
        assertEquals(0, id, "the first id (R1)");
        TaskResult result = run.await(TaskKind.STORE, id);
        assertEquals(TaskOutcome.SUCCESS, result.outcome(), result.errorText());
        run.caller(TaskKind.STORE).awaitSignals(TaskKind.STORE, 1);
    }

    @Test
    @DisplayName("case A2: submit lookup, eventfd, query returns a bitmap with a bit for each key")
    default void lookupCompletes() {
        KitBench.Run run = bench().open();
        TaskResult result = run.lookup(Chunks.keys("a2", 3));
        assertEquals(TaskOutcome.SUCCESS, result.outcome(), result.errorText());
        assertEquals("000", result.bitmap().toString());
        run.caller(TaskKind.LOOKUP).awaitSignals(TaskKind.LOOKUP, 1);
    }

    @Test
    @DisplayName("case A3: submit load, eventfd, query returns a bitmap with a bit for each key")
    default void loadCompletes() {
        KitBench.Run run = bench().open();
        TaskResult result = run.load(Chunks.keys("a3", 3), Chunks.empty(3, 1024));
        assertEquals(TaskOutcome.SUCCESS, result.outcome(), result.errorText());
        assertEquals("000", result.bitmap().toString());
        run.caller(TaskKind.LOAD).awaitSignals(TaskKind.LOAD, 1);
    }

    @Test
    @DisplayName("case A4: ids strictly increase over submits of all kinds")
    default void idsIncrease() {
        for (Caller caller : bench().open().callers()) {
            long last = -1;
            for (int round = 0; round < 5; round++) {
                for (TaskKind kind : TaskKind.values()) {
                    List<ObjectKey> keys = Chunks.keys("a4-" + round, 2);
                    long id = KitBench.Run.submit(caller.adapter(), kind, keys, Chunks.buffers(keys, 64));
                    assertTrue(id > last, kind + " got id " + id + " after " + last);
                    last = id;
                    caller.await(kind, id);
                }
            }
        }
    }

    @Test
    @DisplayName("case A5: query of a bogus id returns nothing")
    default void bogusIds() {
        for (Caller caller : bench().open().callers()) {
            caller.store(List.of(), List.of());
            for (long id : new long[] {-1, 0, 1, 99_999, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertTrue(caller.adapter().queryLookupAndLockResult(id).isEmpty(), "lookup " + id);
                assertTrue(caller.adapter().queryLoadResult(id).isEmpty(), "load " + id);
            }
        }
    }

    @Test
    @DisplayName("case A6: after a submit, reading the eventfd does not block")
    default void readingDoesNotBlock() {
        KitBench.Run run = bench().open();
        for (TaskKind kind : TaskKind.values()) {
            List<ObjectKey> keys = Chunks.keys("a6", 1);
            long id = run.submit(kind, keys, Chunks.buffers(keys, 64));
            long told = assertTimeoutPreemptively(
                    Caller.patience(), () -> run.caller(kind).adapter().eventFd(kind).read());
            assertTrue(told == 0 || told == 1, told + " completions of one task");
            if (told == 1) {
                assertTrue(run.caller(kind).fetch(kind, id).isPresent(), "signalled, so it can be fetched");
            } else {
                run.await(kind, id);
            }
        }
    }

    @Test
    @DisplayName("case A7: two threads submit at once: all ids distinct, all complete")
    default void twoThreads() throws InterruptedException {
        for (Caller caller : bench().open(Map.of("max_tasks_in_flight", 4096)).callers()) {
            ConcurrentLinkedQueue<Long> ids = new ConcurrentLinkedQueue<>();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                String name = "a7-" + t;
                Thread thread = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    for (ObjectKey key : Chunks.keys(name, 200)) {
                        ids.add(caller.adapter().submitStoreTask(List.of(key), List.of(Chunks.buffer(key, 64))));
                    }
                });
                thread.start();
                threads.add(thread);
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join(Caller.patience().toMillis());
            }
            Set<Long> distinct = new HashSet<>(ids);
            assertEquals(400, ids.size(), "submits that returned");
            assertEquals(400, distinct.size(), "distinct ids");
            distinct.forEach(id -> assertTrue(caller.await(TaskKind.STORE, id).success()));
        }
    }

    @Test
    @DisplayName("case A8: after a pop a second pop is empty")
    default void secondPopIsEmpty() {
        for (Caller caller : bench().open().callers()) {
            ObjectKey key = Chunks.key("a8");
            caller.store(List.of(key), List.of(Chunks.buffer(key, 64)));
            assertEquals(Map.of(), caller.adapter().popCompletedStoreTasks());
        }
    }
}
