package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** The eight of the original request, over one channel. */
abstract class RequestedEight {
    private static final int CHUNK = 4096;

    private L2Adapter adapter;
    private Caller caller;

    /** @return a sender that can store */
    abstract L2Adapter open();

    /** Lets go of what {@link #open} needed beside the adapter. */
    void closePeer() {}

    /** @return whether what the sender stores can be loaded from it */
    abstract boolean loadsItsOwn();

    @BeforeEach
    void openAdapter() {
        adapter = open();
        caller = new Caller(adapter);
    }

    @AfterEach
    void closeAdapter() {
        caller.close();
        adapter.close();
        closePeer();
    }

    private long submitStore(List<ObjectKey> keys) {
        return adapter.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
    }

    @Test
    @DisplayName("A1: store, eventfd, pop: the first task has id 0 and succeeds")
    void store() {
        List<ObjectKey> keys = Chunks.keys("a1", 3);
        long id = submitStore(keys);
        assertEquals(0, id);
        TaskResult result = caller.await(TaskKind.STORE, id);
        assertTrue(result.success(), result.toString());
        assertEquals("111", result.bitmap().toString());
        assertEquals(3 * CHUNK, result.bytesMoved());
    }

    @Test
    @DisplayName("A2: lookup, eventfd, query: a bitmap of what is there")
    void lookup() {
        List<ObjectKey> keys = Chunks.keys("a2", 3);
        caller.store(keys.subList(0, 2), Chunks.buffers(keys.subList(0, 2), CHUNK));
        TaskResult result = caller.lookup(keys);
        assertTrue(result.success(), result.toString());
        assertEquals("110", result.bitmap().toString());
    }

    @Test
    @DisplayName("A3: load, eventfd, query: a bitmap, and on mock_memory the bytes")
    void load() {
        List<ObjectKey> keys = Chunks.keys("a3", 2);
        caller.store(keys, Chunks.buffers(keys, CHUNK));
        var into = Chunks.empty(2, CHUNK);
        TaskResult result = caller.load(keys, into);
        assertTrue(result.success(), result.toString());
        assertEquals(loadsItsOwn() ? "11" : "00", result.bitmap().toString());
        byte[] expected = loadsItsOwn() ? Chunks.content(keys.get(1), CHUNK) : new byte[CHUNK];
        assertArrayEquals(expected, Chunks.bytes(into.get(1)));
    }

    @Test
    @DisplayName("A4: ids strictly increase over all kinds")
    void idsIncrease() {
        List<ObjectKey> keys = Chunks.keys("a4", 1);
        for (long expected = 0; expected < 9; expected += 3) {
            assertEquals(expected, submitStore(keys));
            assertEquals(expected + 1, adapter.submitLookupAndLockTask(keys));
            assertEquals(expected + 2, adapter.submitLoadTask(keys, Chunks.empty(1, CHUNK)));
        }
    }

    @Test
    @DisplayName("A5: a bogus id gives nothing")
    void bogusId() {
        assertEquals(Optional.empty(), adapter.queryLookupAndLockResult(99));
        assertEquals(Optional.empty(), adapter.queryLoadResult(-1));
    }

    @Test
    @DisplayName("A6: reading an eventfd after a submit does not block, and gives each completion once")
    void readDoesNotBlock() {
        List<ObjectKey> keys = Chunks.keys("a6", 1);
        long id = submitStore(keys);
        adapter.eventFd(TaskKind.LOOKUP).read();
        caller.await(TaskKind.STORE, id);
        caller.awaitSignals(TaskKind.STORE, 1);
        assertEquals(0, adapter.eventFd(TaskKind.STORE).read());
    }

    @Test
    @DisplayName("A7: two threads submit at once: all ids are distinct, all complete")
    void twoThreads() throws InterruptedException {
        List<Long> ids = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            String name = "a7-" + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    ids.add(submitStore(Chunks.keys(name + "-" + i, 2)));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(200, new HashSet<>(ids).size());
        for (long id : ids) {
            TaskResult result = caller.await(TaskKind.STORE, id);
            assertTrue(result.success(), result.toString());
        }
    }

    @Test
    @DisplayName("A8: a second pop is empty")
    void secondPop() {
        caller.await(TaskKind.STORE, submitStore(Chunks.keys("a8", 1)));
        assertEquals(Map.of(), adapter.popCompletedStoreTasks());
    }
}
