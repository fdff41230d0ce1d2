package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.l2.tck.KitError;

/** The same small life of an adapter, with the n-th append of its journal failing, for every n (R3, R4, R16). */
class NthAppendFailsTest {
    /** How an append fails. */
    enum How {
        ONCE, FROM_THEN_ON, ONCE_BY_AN_ERROR, FROM_THEN_ON_BY_AN_ERROR
    }

    private static final List<ObjectKey> KEYS = Chunks.keys("k", 3);

    /** What a caller saw of one life. */
    private static final class Life {
        final Map<Long, TaskResult> told = new HashMap<>();
        long accepted;
        long locks;
    }

    @ParameterizedTest
    @EnumSource(How.class)
    @DisplayName("the n-th append fails, for every n")
    void everyAppend(How how) {
        int whole = live(0, n -> false, false).appends();
        assertTrue(whole > 20, whole + " appends in a whole life");
        for (int n = 1; n <= whole; n++) {
            int at = n;
            boolean once = how == How.ONCE || how == How.ONCE_BY_AN_ERROR;
            live(n, number -> once ? number == at : number >= at, how.name().endsWith("ERROR"));
        }
    }

    private static BentJournals live(int n, IntPredicate fails, boolean byError) {
        String where = "append " + n;
        boolean[] healed = new boolean[1];
        BentJournals journals = new BentJournals() {
            @Override
            void onAppend(int number, RecordType type) {
                if (!healed[0] && fails.test(number)) {
                    if (byError) {
                        throw new KitError(where);
                    }
                    throw new JournalUnavailableException(where);
                }
            }
        };
        ProbeAdapter adapter;
        try {
            // One worker, so that the order of the appends is the same in every life.
            adapter = ProbeAdapter.open(Map.of("workers", 1), journals);
        } catch (L2Exception | KitError e) {
            assertEquals(1, n, "only the first append can keep an adapter from starting");
            assertEquals(1, journals.closes.get(), "the journal of an adapter that did not start is closed");
            return journals;
        }
        Life life = new Life();
        try (Caller caller = new Caller(adapter)) {
            day(caller, life);
            healed[0] = true;
            assertEquals(life.locks, adapter.status().locksHeld(), where + ": locks that somebody was told of");
            assertTrue(adapter.status().inFlight().values().stream().allMatch(f -> f.tasks() == 0), where);
            assertEquals(0, adapter.status().unfetched(), where);
            // All is well again by itself.
            TaskResult after = caller.lookup(KEYS);
            assertTrue(after.success(), where + ": " + after.errorText());
            life.told.put(after.taskId(), after);
            life.accepted++;
            assertTrue(adapter.drain(Caller.patience()).complete(), where);
            adapter.close();
        }
        assertEquals(life.accepted, life.told.size(), where);
        for (TaskResult result : life.told.values()) {
            assertTrue(!result.success() || isRecorded(journals, result), where + ": told and not in the journal: " + result);
        }
        assertEquals(0, journals.store.fold().gaps(), where);
        assertEquals(0, journals.store.fold().strays(), where + ": records that do not fit the ones before");
        return journals;
    }

    private static void day(Caller caller, Life life) {
        for (int round = 0; round < 2; round++) {
            run(caller, life, TaskKind.STORE);
            TaskResult found = run(caller, life, TaskKind.LOOKUP);
            run(caller, life, TaskKind.LOAD);
            if (found != null) {
                life.locks += found.bitmap().count();
                caller.adapter().submitUnlock(found.bitmap().gather(KEYS));
                life.locks -= found.bitmap().count();
            }
            caller.adapter().delete(KEYS.subList(0, 1));
        }
    }

    private static TaskResult run(Caller caller, Life life, TaskKind kind) {
        long id;
        try {
            id = switch (kind) {
                case STORE -> caller.adapter().submitStoreTask(KEYS, Chunks.buffers(KEYS, 8));
                case LOOKUP -> caller.adapter().submitLookupAndLockTask(KEYS);
                case LOAD -> caller.adapter().submitLoadTask(KEYS, Chunks.empty(3, 8));
            };
        } catch (L2Exception | KitError e) {
            return null;
        }
        life.accepted++;
        TaskResult result = caller.await(kind, id);
        life.told.put(id, result);
        return result;
    }

    private static boolean isRecorded(BentJournals journals, TaskResult result) {
        return journals.store.records().stream()
                .anyMatch(r -> r instanceof JournalRecord.Completed c
                        && c.taskId() == result.taskId()
                        && c.outcome() == result.outcome()
                        && c.bitmap().equals(result.bitmap()));
    }
}
