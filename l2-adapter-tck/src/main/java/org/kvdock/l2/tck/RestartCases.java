package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskState;

/**
 * What an adapter finds when it opens again after its process was killed (R1, R16). A fixture gives its adapter the same
 * name each time, and empty storage.
 */
public interface RestartCases extends KitCases {
    @Test
    @DisplayName("case R16: killed at any record, the next epoch closes what was open as abandoned, once")
    default void killedAnywhere() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r16-killed", 3);
        run.store(keys, Chunks.buffers(keys, 64));
        run.lookup(keys);
        run.load(keys, Chunks.empty(3, 64));
        run.reading().submitUnlock(keys.subList(0, 1));
        L2Adapter adapter = run.reading();
        List<JournalRecord> records = run.journal(adapter).records();
        for (int killedAfter = 1; killedAfter <= records.size(); killedAfter++) {
            TaskState then = new TaskState();
            records.subList(0, killedAfter).forEach(then::apply);
            Set<TaskState.TaskName> open = new HashSet<>(then.openTasks().keySet());
            KitBench.Run again = bench().open(Map.of(), run.journals().crashedAfter(adapter.name(), killedAfter));
            String where = "killed after record " + killedAfter;
            assertEquals(open, abandoned(again.journal(again.reading()).records()), where);
            assertEquals(then.epoch() + 1, again.reading().status().epoch(), where);
            TaskState now = again.journal(again.reading()).fold();
            assertEquals(0, now.strays(), where);
            assertEquals(Map.of(), now.openTasks(), where);
            assertEquals(Map.of(), now.locks(), where);
            assertEquals(Map.of(), now.candidates(), where + ": keys of which nobody has said whether they survived");
            assertEquals(
                    new HashSet<>(again.reading().listKeys(Optional.empty(), 10_000).keys()), now.keys().keySet(), where);
            assertEquals(0, again.submit(TaskKind.LOOKUP, keys, List.of()), where + ": the first id");
            again.await(TaskKind.LOOKUP, 0);
            again.close();
        }
    }

    private static Set<TaskState.TaskName> abandoned(List<JournalRecord> records) {
        List<TaskState.TaskName> names = new ArrayList<>();
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Abandoned gone) {
                names.add(new TaskState.TaskName(gone.taskEpoch(), gone.taskId()));
            }
        }
        Set<TaskState.TaskName> once = new HashSet<>(names);
        assertEquals(names.size(), once.size(), "a task was abandoned twice: " + names);
        return once;
    }

    @Test
    @DisplayName("case R16: an adapter that was closed in good order leaves nothing to abandon")
    default void closedInGoodOrder() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("r16-closed", 3);
        run.store(keys, Chunks.buffers(keys, 64));
        L2Adapter adapter = run.reading();
        adapter.close();
        TaskState left = run.journal(adapter).fold();
        assertTrue(left.ended(), "the epoch's end is in the journal");
        int all = run.journal(adapter).records().size();
        KitBench.Run again = bench().open(Map.of(), run.journals().crashedAfter(adapter.name(), all));
        assertEquals(0, again.journal(again.reading()).count(JournalRecord.Abandoned.class));
        assertEquals(left.epoch() + 1, again.reading().status().epoch());
    }

    @Test
    @DisplayName("case R16: a task whose completion the journal could not take is closed as abandoned by the next epoch")
    default void unrecordedIsAbandoned() {
        KitBench.Run run = bench().open();
        L2Adapter adapter = run.reading();
        KitJournal journal = run.journal(adapter);
        journal.refuse(type -> type == RecordType.COMPLETED);
        List<ObjectKey> keys = Chunks.keys("r16-unrecorded", 2);
        long id = run.submit(TaskKind.LOOKUP, keys, List.of());
        assertEquals(ErrorCode.JOURNAL_UNAVAILABLE, run.await(TaskKind.LOOKUP, id).error());
        journal.refuse(type -> false);
        assertEquals("00", run.lookup(keys).bitmap().toString(), "it goes on when the journal does");
        adapter.close();
        int all = journal.records().size();
        KitBench.Run again = bench().open(Map.of(), run.journals().crashedAfter(adapter.name(), all));
        assertEquals(
                Set.of(new TaskState.TaskName(journal.epoch(), id)),
                abandoned(again.journal(again.reading()).records()));
    }
}
