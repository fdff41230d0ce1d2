package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/** Finding keys, and the locks that this takes (R6, R9). */
public interface LookupCases extends KitCases {
    @Test
    @DisplayName("case 6: one task carries many keys")
    default void manyKeys() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c6", 500);
        TaskResult stored = run.store(keys, Chunks.buffers(keys, 128));
        assertTrue(stored.success(), stored.errorText());
        assertTrue(stored.bitmap().all());
        assertTrue(run.lookup(keys).bitmap().all());
        List<KvBuffer> into = Chunks.empty(500, 128);
        assertTrue(run.load(keys, into).bitmap().all());
        for (int i = 0; i < keys.size(); i++) {
            assertEquals(Chunks.buffer(keys.get(i), 128).view(), into.get(i).view(), keys.get(i).toString());
        }
    }

    @Test
    @DisplayName("case 7: a missing key gives bit 0, a stored key bit 1, a mixed batch by position")
    default void mixed() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c7", 5);
        assertEquals("00000", run.lookup(keys).bitmap().toString());
        run.store(keys.get(1), 64);
        run.store(keys.get(4), 64);
        assertEquals("01001", run.lookup(keys).bitmap().toString());
        assertEquals("1", run.lookup(keys.subList(1, 2)).bitmap().toString());
        assertEquals("0", run.lookup(keys.subList(0, 1)).bitmap().toString());
    }

    @Test
    @DisplayName("case 8: a second query of the same id gives nothing, nor does a query of the other kind")
    default void oneShot() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c8", 1);
        long lookup = run.submit(TaskKind.LOOKUP, keys, List.of());
        run.caller(TaskKind.LOOKUP).awaitUntil("the lookup", () -> run.caller(TaskKind.LOOKUP).signalled(TaskKind.LOOKUP) == 1);
        assertTrue(run.reading().queryLoadResult(lookup).isEmpty(), "a lookup asked for as a load");
        assertTrue(run.reading().queryLookupAndLockResult(lookup).isPresent());
        assertTrue(run.reading().queryLookupAndLockResult(lookup).isEmpty());
        long load = run.submit(TaskKind.LOAD, keys, Chunks.empty(1, 64));
        run.caller(TaskKind.LOAD).awaitUntil("the load", () -> run.caller(TaskKind.LOAD).signalled(TaskKind.LOAD) == 1);
        assertTrue(run.reading().queryLookupAndLockResult(load).isEmpty(), "a load asked for as a lookup");
        assertTrue(run.reading().queryLoadResult(load).isPresent());
        assertTrue(run.reading().queryLoadResult(load).isEmpty());
    }

    @Test
    @DisplayName("case 9: unlock of a key that is unknown or was never locked is harmless")
    default void harmlessUnlock() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c9", 2);
        run.reading().submitUnlock(keys);
        run.store(keys.get(0), 64);
        run.reading().submitUnlock(keys);
        run.reading().submitUnlock(List.of());
        assertEquals(0, run.reading().status().locksHeld());
        // A lock taken afterwards counts in full.
        assertEquals("10", run.lookup(keys).bitmap().toString());
        assertEquals(1, run.reading().status().locksHeld());
        assertEquals("00", run.reading().delete(keys).toString());
    }

    @Test
    @DisplayName("case 9: nested locks need as many unlocks; a key twice in one lookup is locked twice")
    default void nestedLocks() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c9-nested");
        run.store(key, 64);
        run.lookup(List.of(key));
        assertEquals("11", run.lookup(List.of(key, key)).bitmap().toString());
        assertEquals(3, run.reading().status().locksHeld());
        for (int left = 2; left >= 0; left--) {
            assertEquals("0", run.reading().delete(List.of(key)).toString(), (left + 1) + " locks held");
            run.reading().submitUnlock(List.of(key));
            assertEquals(left, run.reading().status().locksHeld());
        }
        run.reading().submitUnlock(List.of(key));
        assertEquals(0, run.reading().status().locksHeld());
        assertEquals("1", run.reading().delete(List.of(key)).toString());
    }

    @Test
    @DisplayName("case 9: a load neither needs a lock nor takes one")
    default void loadTakesNoLock() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("c9-load");
        run.store(key, 64);
        assertEquals("1", run.load(List.of(key), Chunks.empty(1, 64)).bitmap().toString());
        assertEquals(0, run.reading().status().locksHeld());
    }
}
