package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

class ChronicleJournalTest {
    @TempDir
    Path root;

    @Test
    @DisplayName("what is appended is read back, in order, every field")
    void readBack() throws Exception {
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            assertEquals(0, journal.epoch());
            JournalWriter writer = Records.writer(journal);
            Records.submit(writer, 0, TaskKind.LOOKUP, 3);
            Records.complete(writer, 0, TaskKind.LOOKUP, 3);
            writer.delivered(0);
            writer.keyPublished(Keys.key(7), 4096, 0xCAFE, 42);
            writer.epochEnd();
        }
        List<JournalRecord> records = Records.read(root.resolve("a"));
        assertEquals(
                List.of(
                        RecordType.EPOCH_START, RecordType.SUBMITTED, RecordType.COMPLETED, RecordType.DELIVERED,
                        RecordType.KEY_PUBLISHED, RecordType.EPOCH_END),
                records.stream().map(JournalRecord::type).toList());
        assertEquals(Keys.keys(0, 3), assertInstanceOf(JournalRecord.Submitted.class, records.get(1)).keys());
        assertEquals(42, assertInstanceOf(JournalRecord.KeyPublished.class, records.get(4)).place());
        assertEquals(3, Records.fold(root.resolve("a")).locksHeld());
    }

    @Test
    @DisplayName("records of every length up to the longest keep their bytes")
    void lengths() throws Exception {
        int most = 11_000;
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            JournalWriter writer = Records.writer(journal);
            for (int keys = 0; keys < 40; keys++) {
                Records.submit(writer, keys, TaskKind.STORE, keys);
            }
            Records.submit(writer, 40, TaskKind.STORE, most * 40);
            Records.submit(writer, 41, TaskKind.STORE, most);
            writer.epochEnd();
        }
        List<JournalRecord> records = Records.read(root.resolve("a"));
        assertEquals(44, records.size());
        assertEquals(Keys.keys(4000, most * 40), ((JournalRecord.Submitted) records.get(41)).keys());
        assertEquals(Keys.keys(4100, most), ((JournalRecord.Submitted) records.get(42)).keys());
    }

    @Test
    @DisplayName("any thread appends; positions ascend in the order of the records")
    void threads() throws Exception {
        int threads = 4;
        int tasks = 5000;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                long first = (long) t * tasks;
                done.add(pool.submit(() -> {
                    JournalWriter writer = Records.writer(journal);
                    long last = -1;
                    for (long task = first; task < first + tasks; task++) {
                        long position = writer.delivered(task);
                        assertTrue(position > last);
                        last = position;
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : done) {
                assertTrue(each.get(60, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
        }
        Set<Long> delivered = new HashSet<>();
        for (JournalRecord record : Records.read(root.resolve("a"))) {
            if (record instanceof JournalRecord.Delivered one) {
                assertTrue(delivered.addAll(one.taskIds()), "twice: " + one);
            }
        }
        assertEquals(threads * tasks, delivered.size());
    }

    @Test
    @DisplayName("case 104: open tasks of an epoch that is gone are closed as abandoned, once")
    void abandonedOnce() throws Exception {
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            JournalWriter writer = Records.writer(journal);
            Records.submit(writer, 0, TaskKind.STORE, 1);
            Records.submit(writer, 1, TaskKind.LOAD, 2);
            Records.complete(writer, 0, TaskKind.STORE, 1);
        }
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            assertEquals(1, journal.epoch());
            Recovery recovery = journal.recovery();
            assertEquals(List.of(1L), recovery.abandoned().stream().map(task -> task.task().taskId()).toList());
            assertEquals(0, recovery.abandoned().get(0).taskEpoch());
        }
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            assertEquals(2, journal.epoch());
            assertEquals(List.of(), journal.recovery().abandoned());
        }
        TaskState state = Records.fold(root.resolve("a"));
        assertEquals(1, state.counters().abandoned());
        assertEquals(0, state.openTasks().size());
        assertEquals(0, state.strays());
        assertEquals(3, state.counters().epochs());
    }

    @Test
    @DisplayName("case 104: recovery that fails at its n-th record is completed by the next, for every n")
    void recoveryFailsAtEveryStep() throws Exception {
        int tasks = 4;
        for (int failAt = 0; failAt <= tasks; failAt++) {
            Path root = this.root.resolve("n" + failAt);
            try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
                JournalWriter writer = Records.writer(journal);
                for (int task = 0; task < tasks; task++) {
                    Records.submit(writer, task, TaskKind.STORE, 1);
                }
            }
            // Recovery as far as it comes: the records that it wrote are in the journal, like after a kill.
            int n = failAt;
            ChronicleJournals cut = ChronicleJournals.with(
                    JournalSettings.at(root), TimeSource.SYSTEM, FailingDisk.at(FailingDisk.Call.APPEND, n));
            assertThrows(JournalUnavailableException.class, () -> cut.open("a"));
            try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
                assertEquals(2, journal.epoch(), "an epoch that was begun does not come again");
            }
            TaskState state = Records.fold(root.resolve("a"));
            assertEquals(tasks, state.counters().abandoned(), "failed at " + failAt);
            assertEquals(0, state.strays());
            assertEquals(0, state.openTasks().size());
        }
    }

    @Test
    @DisplayName("case 108: a second writer in this process is refused, and the first is not disturbed")
    void secondWriterHere() throws Exception {
        ChronicleJournals journals = ChronicleJournals.at(root);
        try (TaskJournal first = journals.open("a")) {
            JournalUnavailableException refused =
                    assertThrows(JournalUnavailableException.class, () -> ChronicleJournals.at(root).open("a"));
            assertTrue(refused.getMessage().contains("open for writing in this process"), refused.getMessage());
            Path alias = Files.createSymbolicLink(root.resolveSibling(root.getFileName() + "-alias"), root);
            assertThrows(JournalUnavailableException.class, () -> ChronicleJournals.at(alias).open("a"));
            Files.delete(alias);
            Records.submit(Records.writer(first), 0, TaskKind.STORE, 1);
            try (TaskJournal other = journals.open("b")) {
                assertEquals(0, other.epoch());
            }
        }
        try (TaskJournal again = journals.open("a")) {
            assertEquals(1, again.epoch());
        }
    }

    @Test
    @DisplayName("a closed journal refuses records, and closes again without effect")
    void closed() {
        TaskJournal journal = ChronicleJournals.at(root).open("a");
        journal.close();
        journal.close();
        assertThrows(JournalUnavailableException.class, () -> journal.append(ByteBuffer.allocate(64)));
    }

    @Test
    @DisplayName("names that are no plain directory are refused by name")
    void names() {
        for (String bad : List.of("", ".", "..", "../x", "a/b", ".hidden", "a b", "x".repeat(101))) {
            BadConfigurationException refused =
                    assertThrows(BadConfigurationException.class, () -> ChronicleJournals.at(root).open(bad));
            assertTrue(refused.getMessage().contains('"' + bad + '"'), refused.getMessage());
        }
    }

    @Test
    @DisplayName("journals below one root are found from any level, by name")
    void found() throws Exception {
        ChronicleJournals.at(root.resolve("prefill")).open("pd").close();
        ChronicleJournals.at(root.resolve("decode")).open("pd").close();
        ChronicleJournals.at(root.resolve("decode")).open("mock").close();
        assertEquals(
                List.of("decode/mock", "decode/pd", "prefill/pd"),
                JournalDirectory.find(root).stream().map(JournalDirectory::name).toList());
        assertEquals(
                Set.of("pd"),
                Set.copyOf(JournalDirectory.find(root.resolve("prefill")).stream().map(JournalDirectory::name).toList()));
        assertEquals("pd", JournalDirectory.find(root.resolve("prefill/pd")).get(0).name());
        assertEquals(Optional.empty(), JournalDirectory.find(Files.createDirectory(root.resolve("no"))).stream().findAny());
    }
}
