package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/** Room on disk is taken before it is needed, and kept for what must follow. */
class RoomTest {
    @TempDir
    Path root;

    private BareJournal bare(Disk disk) throws Exception {
        PartChain chain = new PartChain(
                "a", JournalDirectory.at(root.resolve("a")), 0, 0, JournalSettings.at(root), TimeSource.SYSTEM, disk);
        chain.goOn();
        return new BareJournal(chain);
    }

    @Test
    @DisplayName("case 106: on a full disk submits are refused, and what must follow the accepted ones is not")
    void reserve() throws Exception {
        for (TaskKind kind : TaskKind.values()) {
            for (int keys : new int[] {0, 1, 20, 1000}) {
                reserve(kind, keys);
            }
        }
    }

    private void reserve(TaskKind kind, int keys) throws Exception {
        // The first step is there, and the disk gives no more.
        FailingDisk disk = FailingDisk.at(FailingDisk.Call.RESERVE, 1);
        root = root.resolve(kind + "-" + keys);
        int tasks = 0;
        try (BareJournal journal = bare(disk)) {
            JournalWriter writer = Records.writer(journal);
            for (boolean refused = false; !refused; ) {
                try {
                    Records.submit(writer, tasks, kind, keys);
                    tasks++;
                    journal.chain().extendRoom();
                } catch (JournalUnavailableException e) {
                    assertTrue(e.getMessage().contains("no room left on the disk"), e.getMessage());
                    refused = true;
                }
            }
            for (int task = 0; task < tasks; task++) {
                for (int key = 0; kind == TaskKind.STORE && key < keys; key++) {
                    writer.keyPublished(Keys.key(task * 100L + key), 1000, 0, 0);
                }
                Records.complete(writer, task, kind, keys);
                writer.delivered(task);
                if (kind == TaskKind.LOOKUP) {
                    writer.unlocked(Keys.keys(task * 100L, keys), org.kvdock.l2.Bitmap.ones(keys));
                }
            }
            disk.repair();
            journal.chain().extendRoom();
            Records.submit(writer, tasks, kind, keys);
        }
        TaskState state = Records.fold(root.resolve("a"));
        assertTrue(tasks > 5, kind + " of " + keys + " keys: " + tasks);
        assertEquals(tasks + 1, state.counters().submitted());
        assertEquals(tasks, state.counters().completed());
        assertEquals(0, state.locksHeld());
        assertEquals(0, state.strays());
    }

    @Test
    @DisplayName("case 106: where even the reserve is used up, every record is refused, and none is half there")
    void beyondTheReserve() throws Exception {
        FailingDisk disk = FailingDisk.at(FailingDisk.Call.RESERVE, 1);
        long kept = 0;
        try (BareJournal journal = bare(disk)) {
            JournalWriter writer = Records.writer(journal);
            try {
                for (; ; kept++) {
                    writer.delivered(kept);
                    journal.chain().extendRoom();
                }
            } catch (JournalUnavailableException e) {
                assertThrows(JournalUnavailableException.class, () -> writer.delivered(0));
            }
        }
        assertEquals(kept, Records.fold(root.resolve("a")).counters().delivered());
    }

    @Test
    @DisplayName("R16: a task whose completion was refused is owed nothing any more: room for what never comes does not pile up")
    void refusedCompletions() throws Exception {
        FailingDisk disk = new FailingDisk();
        disk.once(true);
        try (BareJournal journal = bare(disk)) {
            JournalWriter writer = Records.writer(journal);
            for (int task = 0; task < 3; task++) {
                Records.submit(writer, task, TaskKind.STORE, 10);
                disk.failAfter(FailingDisk.Call.APPEND, 0);
                int refused = task;
                assertThrows(
                        JournalUnavailableException.class, () -> Records.complete(writer, refused, TaskKind.STORE, 10));
                journal.chain().goOn();
            }
            assertEquals(0, journal.chain().owedBytes());
        }
    }

    @Test
    @DisplayName("what open tasks are owed is counted exactly, in any order of their ends")
    void owed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        OwedRoom owed = new OwedRoom();
        Map<Long, Integer> model = new HashMap<>();
        Capture capture = new Capture();
        JournalWriter writer = new JournalWriter(capture, TimeSource.SYSTEM);
        for (int step = 0; step < 20_000; step++) {
            long id = random.nextInt(5000) * (random.nextInt(10) == 0 ? 1024L : 1L);
            if (random.nextBoolean()) {
                TaskKind kind = TaskKind.values()[random.nextInt(3)];
                writer.submitted(id, kind, Keys.keys(id, random.nextInt(4)), 0, Optional.empty());
                model.put(id, OwedRoom.owedBy(capture.last));
            } else {
                Records.complete(writer, id, TaskKind.STORE, 1);
                model.remove(id);
            }
            owed.appended(capture.last);
            long sum = model.values().stream().mapToLong(Integer::longValue).sum();
            assertEquals(sum, owed.bytes(), "step " + step + ", seed " + seed);
        }
    }

    /** Keeps the last record. */
    private static final class Capture implements TaskJournal {
        private ByteBuffer last;

        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public Recovery recovery() {
            return new Recovery(0, List.of(), Map.of(), 0);
        }

        @Override
        public long append(ByteBuffer record) {
            last = record;
            return 0;
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            action.run(true);
        }

        @Override
        public void close() {}
    }
}
