package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.tck.KitError;

/** The books, step by step. */
class TaskBookTest {
    @ParameterizedTest(name = "{0} tasks in flight at the most")
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 100})
    @DisplayName("R1, R14: with an old task open and the rest in use, ids ascend, are found, and never come twice")
    void oldTaskKeepsItsSlot(int most) {
        BookRig rig = new BookRig(most, 100);
        LookupTask old = rig.accepted(rig.lookup());
        long last = 0;
        for (int round = 0; round < 20; round++) {
            List<LookupTask> tasks = new ArrayList<>();
            for (int i = 1; i < most; i++) {
                LookupTask task = rig.accepted(rig.lookup());
                assertTrue(task.id() > last, task.id() + " after " + last);
                last = task.id();
                tasks.add(task);
            }
            tasks.forEach(Task::complete);
            for (LookupTask task : tasks) {
                assertEquals(task.id(), rig.book.query(TaskKind.LOOKUP, task.id()).orElseThrow().taskId());
                assertTrue(rig.book.query(TaskKind.LOOKUP, task.id()).isEmpty());
            }
            assertEquals(List.of(0L), rig.book.openIds());
        }
        old.complete();
        assertTrue(rig.book.query(TaskKind.LOOKUP, 0).isPresent());
        assertTrue(rig.book.isIdle());
    }

    @Test
    @DisplayName("R6: stores are popped in the order of their completion, by one pop")
    void popOrder() {
        BookRig rig = new BookRig(8, 100);
        List<StoreTask> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(rig.accepted(rig.store(1)));
        }
        for (int i : new int[] {2, 0, 3, 1}) {
            tasks.get(i).complete();
        }
        assertEquals(List.of(2L, 0L, 3L, 1L), rig.pop());
        assertEquals(List.of(), rig.pop());
    }

    @Test
    @DisplayName("R3: a result whose eventfd cannot be written is there all the same, counted off, and told to listeners")
    void unsignalledResult() {
        BookRig rig = new BookRig(4, 100);
        rig.onSignal = () -> {
            throw new KitError("the eventfd");
        };
        rig.accepted(rig.store(10)).complete();
        assertEquals(List.of(0L), rig.pop());
        assertEquals(1, rig.heard.get());
        assertTrue(rig.book.isIdle());
    }

    @Test
    @DisplayName("R11: submits that are being refused do not hold up a drain")
    void refusedSubmitsAreNotInFlight() {
        BookRig rig = new BookRig(4, 100);
        AtomicReference<Boolean> idle = new AtomicReference<>();
        rig.onRefusal = () -> idle.set(rig.book.isIdle());
        rig.draining = true;
        assertThrows(DrainingException.class, () -> rig.accepted(rig.store(10)));
        assertEquals(true, idle.get());
    }
}
