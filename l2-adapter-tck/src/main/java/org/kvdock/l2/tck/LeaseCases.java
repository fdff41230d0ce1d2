package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;

/** Locks carry a lease, so that somebody who died holds none for ever (R9). */
public interface LeaseCases extends KitCases {
    @Test
    @DisplayName("case R9: locks that nobody gives back end with their lease, not before, and the journal says so")
    default void leaseEnds() {
        long leaseMillis = 200;
        KitBench.Run run = bench().open(Map.of("lock_lease_ms", leaseMillis));
        ObjectKey key = Chunks.key("r9");
        run.store(key, 64);
        assertEquals("11", run.lookup(List.of(key, key)).bitmap().toString());
        KitJournal journal = run.journal(run.reading());
        journal.await(JournalRecord.LeaseEnded.class, 1);
        assertLasted(journal, leaseMillis);
        assertEquals(0, run.reading().status().locksHeld());
        assertEquals(0, journal.fold().locksHeld());
        // The late unlock of somebody who was slow takes nothing from anybody else.
        run.reading().submitUnlock(List.of(key, key));
        assertEquals("1", run.lookup(List.of(key)).bitmap().toString());
        if (run.reading().status().locksHeld() != 1) {
            // On a machine that is busy enough this lease is over by now too, and not before its time either.
            journal.await(JournalRecord.LeaseEnded.class, 2);
            assertLasted(journal, leaseMillis);
        }
        run.reading().submitUnlock(List.of(key));
        assertEquals("1", run.reading().delete(List.of(key)).toString());
    }

    /** By the adapter's own clock, as it stands in its journal: the last lookup, and the end of its lease. */
    private static void assertLasted(KitJournal journal, long leaseMillis) {
        long lookup = 0;
        long end = 0;
        for (JournalRecord record : journal.records()) {
            if (record instanceof JournalRecord.Completed task && task.kind() == TaskKind.LOOKUP) {
                lookup = record.header().monoNanos();
            } else if (record instanceof JournalRecord.LeaseEnded) {
                end = record.header().monoNanos();
            }
        }
        long lastedMillis = (end - lookup) / 1_000_000;
        assertTrue(lastedMillis >= leaseMillis, "the lease ended after " + lastedMillis + " ms");
    }

    @Test
    @DisplayName("case R9: a locked object stays, for as long as its lease lasts")
    default void lockedStays() {
        KitBench.Run run = bench().open(Map.of("lock_lease_ms", 3_600_000));
        List<ObjectKey> keys = Chunks.keys("r9-stays", 2);
        run.store(keys, Chunks.buffers(keys, 64));
        run.lookup(keys.subList(0, 1));
        assertEquals("01", run.reading().delete(keys).toString());
        assertEquals("10", run.lookup(keys).bitmap().toString());
        assertEquals(2, run.reading().status().locksHeld());
    }

    @Test
    @DisplayName("case R9: locks end with their epoch")
    default void locksEndWithTheEpoch() {
        KitBench.Run run = bench().open();
        ObjectKey key = Chunks.key("r9-epoch");
        run.store(key, 64);
        run.lookup(List.of(key));
        assertEquals(1, run.journal(run.reading()).fold().locksHeld());
        int all = run.journal(run.reading()).records().size();
        KitBench.Run again = bench().open(Map.of(), run.journals().crashedAfter(run.reading().name(), all));
        assertEquals(0, again.reading().status().locksHeld());
        assertEquals(0, again.journal(again.reading()).fold().locksHeld());
    }
}
