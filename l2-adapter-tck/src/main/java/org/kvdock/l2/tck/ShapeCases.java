package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;

/** Lists and objects of odd shapes. */
public interface ShapeCases extends KitCases {
    @Test
    @DisplayName("case 13: an empty list of keys completes with an empty bitmap")
    default void emptyList() {
        for (Caller caller : bench().open().callers()) {
            for (TaskKind kind : TaskKind.values()) {
                TaskResult result = caller.await(kind, KitBench.Run.submit(caller.adapter(), kind, List.of(), List.of()));
                assertTrue(result.success(), kind + ": " + result.errorText());
                assertEquals(0, result.bitmap().length());
                assertEquals(0, result.bytesMoved());
            }
        }
    }

    @Test
    @DisplayName("case 14: lists of keys and objects of different length are refused, and nothing is accepted")
    default void differentLengths() {
        KitBench.Run run = bench().open(Map.of("max_keys_per_task", 10));
        for (Caller caller : run.callers()) {
            List<ObjectKey> two = Chunks.keys("c14", 2);
            List<KvBuffer> three = Chunks.empty(3, 8);
            assertThrows(BadArgumentException.class, () -> caller.adapter().submitStoreTask(two, three));
            assertThrows(BadArgumentException.class, () -> caller.adapter().submitLoadTask(two, three));
            assertThrows(BadArgumentException.class, () -> caller.adapter().submitStoreTask(two, List.of()));
            assertThrows(BadArgumentException.class, () -> caller.adapter().submitLoadTask(List.of(), three));
            List<ObjectKey> many = Chunks.keys("c14-many", 11);
            BadArgumentException e = assertThrows(
                    BadArgumentException.class, () -> caller.adapter().submitLookupAndLockTask(many));
            assertTrue(e.getMessage().contains("11") && e.getMessage().contains("10"), e.getMessage());
            assertEquals(0, run.journal(caller.adapter()).count(JournalRecord.Submitted.class));
            assertEquals(0, caller.adapter().submitLookupAndLockTask(two), "the first id that was handed out");
        }
    }

    @Test
    @DisplayName("case 14: null lists and elements are refused, and nothing is accepted")
    default void nulls() {
        KitBench.Run run = bench().open();
        for (Caller caller : run.callers()) {
            List<ObjectKey> hole = new ArrayList<>(Chunks.keys("c14-null", 2));
            hole.set(1, null);
            assertThrows(NullPointerException.class, () -> caller.adapter().submitLookupAndLockTask(null));
            assertThrows(NullPointerException.class, () -> caller.adapter().submitLookupAndLockTask(hole));
            assertThrows(NullPointerException.class, () -> caller.adapter().submitStoreTask(hole, Chunks.empty(2, 8)));
            assertThrows(NullPointerException.class, () -> caller.adapter().submitLoadTask(Chunks.keys("k", 1), null));
            assertEquals(0, run.journal(caller.adapter()).count(JournalRecord.Submitted.class));
        }
    }

    @Test
    @DisplayName("case 15: the same key twice in one task counts at each position")
    default void sameKeyTwice() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c15");
        List<ObjectKey> twice = List.of(key, key);
        TaskResult stored = run.store(twice, Chunks.buffers(twice, 64));
        assertTrue(stored.success(), stored.errorText());
        assertEquals("11", stored.bitmap().toString());
        assertEquals(64, stored.bytesMoved(), "bytes moved for one object");
        assertEquals("11", run.lookup(twice).bitmap().toString());
        GuardedMemory first = new GuardedMemory(64);
        GuardedMemory second = new GuardedMemory(64);
        assertEquals("11", run.load(twice, List.of(first.buffer(), second.buffer())).bitmap().toString());
        first.assertHolds(Chunks.content(key, 64));
        second.assertHolds(Chunks.content(key, 64));
        assertEquals(64, run.reading().usage().bytes());
        run.reading().submitUnlock(twice);
        assertEquals(0, run.reading().status().locksHeld());
    }

    @Test
    @DisplayName("case 16: objects of 0 bytes, of 1 byte and of the largest size; one byte more is refused")
    default void sizes() {
        int largest = 1 << 20;
        KitBench.Run run = bench().open(Map.of("max_object_bytes", largest));
        for (int length : new int[] {0, 1, largest}) {
            ObjectKey key = Chunks.key("c16-" + length);
            TaskResult stored = run.store(key, length);
            assertTrue(stored.success(), length + " bytes: " + stored.errorText());
            assertEquals("1", stored.bitmap().toString());
            assertEquals(length, stored.bytesMoved());
            assertEquals("1", run.lookup(List.of(key)).bitmap().toString());
            GuardedMemory into = new GuardedMemory(length);
            assertEquals("1", run.load(List.of(key), List.of(into.buffer())).bitmap().toString());
            into.assertHolds(Chunks.content(key, length));
        }
        ObjectKey key = Chunks.key("c16-more");
        for (Caller caller : run.callers()) {
            BadArgumentException e = assertThrows(
                    BadArgumentException.class,
                    () -> caller.adapter().submitStoreTask(List.of(key), Chunks.empty(1, largest + 1)));
            assertTrue(e.getMessage().contains(Integer.toString(largest)), e.getMessage());
        }
    }
}
