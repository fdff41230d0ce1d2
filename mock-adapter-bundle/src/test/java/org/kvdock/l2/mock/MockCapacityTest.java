package org.kvdock.l2.mock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class MockCapacityTest {
    private static final int CHUNK = 1024;
    /** Room for four chunks. */
    private static final double FOUR_CHUNKS_GB = 4.0 * CHUNK / (1 << 30);

    private final MockAdapter adapter = new MockAdapterFactory()
            .create("mock", Map.of("max_size_gb", FOUR_CHUNKS_GB), new MemoryJournals());
    private final Caller caller = new Caller(adapter);

    @AfterEach
    void close() {
        caller.close();
        adapter.close();
    }

    @Test
    @DisplayName("case 32: an object larger than the capacity is skipped, and the result says so")
    void tooLarge() {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        TaskResult result = caller.store(
                keys, List.of(Chunks.buffer(keys.get(0), 4 * CHUNK + 1), Chunks.buffer(keys.get(1), CHUNK)));
        assertEquals(TaskOutcome.FAILURE, result.outcome());
        assertEquals(ErrorCode.TOO_LARGE, result.error());
        assertEquals("01", result.bitmap().toString());
        assertEquals("01", caller.lookup(keys).bitmap().toString());
    }

    @Test
    @DisplayName("case 33: a key that is there is skipped: success, 0 bytes, content as it was")
    void existing() {
        ObjectKey key = Chunks.key("k");
        assertEquals(CHUNK, caller.store(List.of(key), List.of(Chunks.buffer(key, CHUNK))).bytesMoved());
        TaskResult again = caller.store(List.of(key), List.of(KvBuffer.allocate(CHUNK)));
        assertTrue(again.success());
        assertEquals("1", again.bitmap().toString());
        assertEquals("0", again.moved().toString());
        assertEquals(0, again.bytesMoved());
        KvBuffer into = KvBuffer.allocate(CHUNK);
        caller.load(List.of(key), List.of(into));
        assertArrayEquals(Chunks.content(key, CHUNK), Chunks.bytes(into));
    }

    @Test
    @DisplayName("case 33, 34: a store does not evict the keys of its own that are there already")
    void keepsItsOwn() {
        List<ObjectKey> keys = Chunks.keys("k", 6);
        caller.store(keys.subList(0, 4), Chunks.buffers(keys.subList(0, 4), CHUNK));
        List<ObjectKey> oldAndNew = List.of(keys.get(0), keys.get(4), keys.get(5));
        TaskResult stored = caller.store(oldAndNew, Chunks.buffers(oldAndNew, CHUNK));
        assertTrue(stored.success(), stored.toString());
        assertEquals("011", stored.moved().toString());
        assertEquals("100111", caller.lookup(keys).bitmap().toString());
        // Nothing keeps them afterwards.
        caller.adapter().submitUnlock(keys);
        List<ObjectKey> others = Chunks.keys("other", 4);
        assertTrue(caller.store(others, Chunks.buffers(others, CHUNK)).success());
        assertEquals("000000", caller.lookup(keys).bitmap().toString());
    }

    @Test
    @DisplayName("case 34: the oldest go first, and locked keys are skipped")
    void evictsOldestUnlocked() {
        List<ObjectKey> keys = Chunks.keys("k", 6);
        caller.store(keys.subList(0, 4), Chunks.buffers(keys.subList(0, 4), CHUNK));
        caller.lookup(keys.subList(0, 1));
        assertTrue(caller.store(keys.subList(4, 6), Chunks.buffers(keys.subList(4, 6), CHUNK)).success());
        assertEquals("100111", caller.lookup(keys).bitmap().toString());
    }

    @Test
    @DisplayName("case 35: no room even after eviction: the key is not stored, the result says so, and the rest is told")
    void noRoom() {
        List<ObjectKey> keys = Chunks.keys("k", 6);
        caller.store(keys.subList(0, 4), Chunks.buffers(keys.subList(0, 4), CHUNK));
        caller.lookup(keys.subList(0, 3));
        TaskResult result = caller.store(
                keys.subList(4, 6), List.of(Chunks.buffer(keys.get(4), CHUNK), Chunks.buffer(keys.get(5), CHUNK)));
        assertEquals(TaskOutcome.FAILURE, result.outcome());
        assertEquals(ErrorCode.NO_ROOM, result.error());
        assertEquals("10", result.bitmap().toString());
        assertEquals("111010", caller.lookup(keys).bitmap().toString());
        assertEquals(4 * CHUNK, adapter.usage().bytes());
    }

    @Test
    @DisplayName("case 35: room is given back by what was deleted or given up, whatever its length was")
    void roomComesBack() {
        for (int round = 0; round < 50; round++) {
            ObjectKey key = Chunks.key("round-" + round);
            int length = 1 + (round * 977) % (4 * CHUNK);
            assertTrue(caller.store(List.of(key), List.of(Chunks.buffer(key, length))).success());
            KvBuffer into = KvBuffer.allocate(length);
            assertEquals("1", caller.load(List.of(key), List.of(into)).bitmap().toString());
            assertArrayEquals(Chunks.content(key, length), Chunks.bytes(into));
        }
    }
}
