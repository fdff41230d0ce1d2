package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.NoJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** What the books themselves leave on the heap, as the JVM counts it for the calling thread. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TASKS = 1000;
    private static final int ROUNDS = 3;
    /** It takes 370 bytes, and four more for each further key; the rest is for other JDKs' layouts of objects. */
    private static final long MOST_SUBMIT_BYTES = 640;

    /** @return bytes that this allocates */
    private static long allocated(Runnable what) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        what.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static <T extends Task> List<T> tasks(Supplier<T> maker) {
        List<T> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(maker.get());
        }
        return tasks;
    }

    @Test
    @DisplayName("accepting a task allocates nothing beside the task, journal record and place in the table included")
    void accept() {
        BookRig rig = new BookRig(4 * TASKS, 1 << 20);
        Optional<StoreContext> none = Optional.empty();
        // Classes and this thread's buffer for records come with the first ones.
        for (Task task : tasks(() -> rig.store(8))) {
            rig.book.accept(task, none);
        }
        List<StoreTask> tasks = tasks(() -> rig.store(8));
        long bytes = allocated(() -> {
            for (int i = 0; i < TASKS; i++) {
                rig.book.accept(tasks.get(i), none);
            }
        });
        assertTrue(bytes < TASKS, bytes + " bytes for " + TASKS + " tasks");
        assertEquals(2 * TASKS, rig.book.openTasks().size());
    }

    @Test
    @DisplayName("a submit allocates its task and its place in the workers' line, and next to nothing for each further key")
    void submit() {
        try (ProbeAdapter adapter = ProbeAdapter.open(Map.of(), new NoJournals()); Caller caller = new Caller(adapter)) {
            for (int chunks : new int[] {1, 16}) {
                List<ObjectKey> keys = List.copyOf(Chunks.keys("k", chunks));
                List<KvBuffer> buffers = List.copyOf(Chunks.buffers(keys, 8));
                for (int round = 0; round < ROUNDS; round++) {
                    long[] ids = new long[TASKS];
                    long bytes = allocated(() -> {
                        for (int i = 0; i < TASKS; i++) {
                            ids[i] = adapter.submitStoreTask(keys, buffers);
                        }
                    });
                    for (long id : ids) {
                        assertTrue(caller.await(TaskKind.STORE, id).success());
                    }
                    String said = bytes / TASKS + " bytes for a submit of " + chunks + " keys";
                    if (round == ROUNDS - 1) {
                        System.out.println(said);
                    }
                    assertTrue(round == 0 || bytes <= MOST_SUBMIT_BYTES * TASKS, said);
                }
            }
        }
    }

    @Test
    @DisplayName("finding and handing out a result allocates its Optional and its record's one id, and nothing else")
    void query() {
        BookRig rig = new BookRig(4 * TASKS, 1 << 20);
        for (int round = 0; round < 2; round++) {
            List<LookupTask> tasks = tasks(rig::lookup);
            tasks.forEach(task -> rig.accepted(task).complete());
            long bytes = allocated(() -> {
                for (int i = 0; i < TASKS; i++) {
                    rig.book.query(TaskKind.LOOKUP, tasks.get(i).id());
                }
            });
            assertTrue(round == 0 || bytes <= 48L * TASKS, bytes + " bytes for " + TASKS + " results");
        }
        assertEquals(0, rig.book.unfetched());
    }
}
