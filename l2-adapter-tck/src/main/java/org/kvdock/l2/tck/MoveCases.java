package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Bytes go in and come out, and nothing else changes (R7, R8). */
public interface MoveCases extends KitCases {
    @Test
    @DisplayName("case 10: load of a missing key gives bit 0, and the task still completes")
    default void loadOfMissing() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c10", 3);
        run.store(keys.get(1), 64);
        GuardedMemory missing = new GuardedMemory(64);
        GuardedMemory there = new GuardedMemory(64);
        TaskResult result = run.load(keys, List.of(missing.buffer(), there.buffer(), KvBuffer.allocate(64)));
        assertEquals(TaskOutcome.SUCCESS, result.outcome(), result.errorText());
        assertEquals("010", result.bitmap().toString());
        assertEquals("010", result.moved().toString());
        assertEquals(64, result.bytesMoved());
        missing.assertHolds(new byte[0]);
        there.assertHolds(Chunks.content(keys.get(1), 64));
    }

    @Test
    @DisplayName("case 11: load copies exactly the bytes into the buffer, and nothing outside of it")
    default void nothingOutside() {
        KitBench.Run run = bench().open();
        for (int length : new int[] {1, 7, 64, 4096, 100_001}) {
            ObjectKey key = Chunks.key("c11-" + length);
            run.store(key, length);
            GuardedMemory exact = new GuardedMemory(length);
            GuardedMemory longer = new GuardedMemory(length + 33);
            assertEquals("11", run.load(List.of(key, key), List.of(exact.buffer(), longer.buffer())).bitmap().toString());
            exact.assertHolds(Chunks.content(key, length));
            longer.assertHolds(Chunks.content(key, length));
        }
    }

    @Test
    @DisplayName("case 11: a buffer that is too short gives bit 0 and stays untouched")
    default void tooShort() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c11-short");
        run.store(key, 64);
        GuardedMemory shorter = new GuardedMemory(63);
        assertEquals("0", run.load(List.of(key), List.of(shorter.buffer())).bitmap().toString());
        shorter.assertHolds(new byte[0]);
    }

    @Test
    @DisplayName("case 11: a store reads exactly the slice, from memory that holds more, and leaves it as it is")
    default void storeOfASlice() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c11-slice");
        byte[] content = Chunks.content(key, 300);
        ByteBuffer memory = ByteBuffer.allocateDirect(300);
        memory.put(content);
        assertTrue(run.store(List.of(key), List.of(KvBuffer.of(memory, 100, 50))).success());
        GuardedMemory into = new GuardedMemory(50);
        assertEquals("1", run.load(List.of(key), List.of(into.buffer())).bitmap().toString());
        into.assertHolds(Arrays.copyOfRange(content, 100, 150));
        assertArrayEquals(content, Chunks.bytes(KvBuffer.of(memory, 0, 300)));
    }

    @Test
    @DisplayName("case 12: store, lookup, load, unlock round trip, five objects of different content")
    default void roundTrip() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c12", 5);
        TaskResult stored = run.store(keys, Chunks.buffers(keys, 4096));
        assertTrue(stored.success(), stored.errorText());
        assertEquals("11111", stored.bitmap().toString());
        assertEquals("11111", stored.moved().toString());
        assertEquals(5 * 4096, stored.bytesMoved());
        assertEquals("11111", run.lookup(keys).bitmap().toString());
        assertEquals(5, run.reading().status().locksHeld());
        List<KvBuffer> into = Chunks.empty(5, 4096);
        assertEquals("11111", run.load(keys, into).bitmap().toString());
        for (int i = 0; i < keys.size(); i++) {
            assertArrayEquals(Chunks.content(keys.get(i), 4096), Chunks.bytes(into.get(i)), keys.get(i).toString());
        }
        run.reading().submitUnlock(keys);
        assertEquals(0, run.reading().status().locksHeld());
    }

    @Test
    @DisplayName("case 12: a key that is there already is a success with 0 bytes, and its content stays")
    default void storedTwice() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c12-twice", 2);
        run.store(keys.get(0), 64);
        TaskResult again = run.store(keys, List.of(KvBuffer.allocate(64), Chunks.buffer(keys.get(1), 64)));
        assertTrue(again.success(), again.errorText());
        assertEquals("11", again.bitmap().toString());
        assertEquals("01", again.moved().toString());
        assertEquals(64, again.bytesMoved());
        TaskResult third = run.store(keys, Chunks.buffers(keys, 64));
        assertTrue(third.success(), third.errorText());
        assertEquals(0, third.bytesMoved());
        KvBuffer into = KvBuffer.allocate(64);
        run.load(keys.subList(0, 1), List.of(into));
        assertArrayEquals(Chunks.content(keys.get(0), 64), Chunks.bytes(into));
    }
}
