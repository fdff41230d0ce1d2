package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/** The journal's files follow each other without a gap, whatever makes the writer go on in another. */
class PartsTest {
    @TempDir
    Path root;

    private int parts() throws Exception {
        return JournalDirectory.at(root.resolve("a")).parts().size();
    }

    private void appended(JournalWriter writer, List<Long> kept, long id) {
        try {
            writer.delivered(id);
            kept.add(id);
        } catch (JournalUnavailableException e) {
            // not kept
        }
    }

    private void assertDelivered(List<Long> kept) throws Exception {
        List<Long> there = new ArrayList<>();
        for (JournalRecord record : Records.read(root.resolve("a"))) {
            if (record instanceof JournalRecord.Delivered one) {
                there.addAll(one.taskIds());
            }
        }
        assertEquals(kept, there);
    }

    @Test
    @DisplayName("rolls when its time has come, and the records run on")
    void rollsByTime() throws Exception {
        TestClock clock = new TestClock();
        JournalSettings settings = JournalSettings.at(root).withRoll(Duration.ofHours(1), 1L << 30);
        List<Long> kept = new ArrayList<>();
        try (TaskJournal journal = ChronicleJournals.with(settings, clock).open("a")) {
            JournalWriter writer = new JournalWriter(journal, clock);
            for (int hour = 1; hour <= 3; hour++) {
                appended(writer, kept, hour);
                assertEquals(hour, parts());
                clock.forward(Duration.ofMinutes(61));
                int next = hour + 1;
                Await.until("rolled", () -> parts() == next);
            }
            appended(writer, kept, 4);
        }
        assertDelivered(kept);
    }

    @Test
    @DisplayName("rolls when a file is long enough, while it is written and read")
    void rollsBySize() throws Exception {
        JournalSettings settings = JournalSettings.at(root).withRoll(Duration.ofHours(1), 1 << 20);
        List<Long> kept = new ArrayList<>();
        try (TaskJournal journal = ChronicleJournals.with(settings).open("a")) {
            JournalWriter writer = Records.writer(journal);
            for (long id = 0; id % 1000 != 0 || parts() < 5; id++) {
                appended(writer, kept, id);
                if (id % 5000 == 0) {
                    Records.read(root.resolve("a"));
                }
            }
        }
        assertDelivered(kept);
    }

    @Test
    @DisplayName("after an append failed nothing of it is there, and the journal takes records again by itself")
    void mends() throws Exception {
        for (int n = 2; n < 6; n++) {
            mends(n);
        }
    }

    private void mends(int n) throws Exception {
        Path root = this.root.resolve("n" + n);
        FailingDisk disk = FailingDisk.at(FailingDisk.Call.APPEND, n);
        List<Long> kept = new ArrayList<>();
        try (TaskJournal journal = ChronicleJournals.with(JournalSettings.at(root), TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            for (long id = 0; id < 10; id++) {
                appended(writer, kept, id);
            }
            assertEquals(n - 1, kept.size());
            disk.repair();
            Await.until("mended", () -> {
                appended(writer, kept, 100);
                return kept.contains(100L);
            });
            appended(writer, kept, 101);
        }
        List<Long> there = new ArrayList<>();
        for (JournalRecord record : Records.read(root.resolve("a"))) {
            if (record instanceof JournalRecord.Delivered one) {
                there.addAll(one.taskIds());
            }
        }
        assertEquals(kept, there, "failed at append " + n);
    }

    @Test
    @DisplayName("a log that throws an error, as one without a file descriptor does, does not end the thread that mends the journal")
    void logFails() throws Exception {
        Logger log = Logger.getLogger(Keeper.class.getName());
        AtomicInteger failed = new AtomicInteger();
        Handler failing = new Handler() {
            @Override
            public void publish(LogRecord record) {
                failed.incrementAndGet();
                throw new NoClassDefFoundError("made to fail: the log");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(failing);
        try {
            mends(3);
        } finally {
            log.removeHandler(failing);
        }
        assertTrue(failed.get() > 0, "nothing was logged");
    }

    @Test
    @DisplayName("a record that got into the queue although its append failed is taken out again")
    void halfFailed() throws Exception {
        FailingDisk disk = new FailingDisk() {
            private int appends;

            @Override
            public void append(Part part, ByteBuffer record) {
                super.append(part, record);
                if (++appends == 3) {
                    throw new InternalError("made to fail: after the append");
                }
            }
        };
        // The part counts the record in, so this is the worst a queue can do: whole, and refused.
        List<Long> kept = new ArrayList<>();
        try (TaskJournal journal =
                ChronicleJournals.with(JournalSettings.at(root), TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            appended(writer, kept, 0);
            appended(writer, kept, 1);
            assertEquals(List.of(0L), kept);
            Await.until("mended", () -> {
                appended(writer, kept, 2);
                return kept.contains(2L);
            });
        }
        assertDelivered(kept);
    }

    @Test
    @DisplayName("rolling that fails leaves the journal where it is, for as long as it takes")
    void rollFails() throws Exception {
        TestClock clock = new TestClock();
        FailingDisk disk = new FailingDisk();
        JournalSettings settings = JournalSettings.at(root).withRoll(Duration.ofHours(1), 1L << 30);
        List<Long> kept = new ArrayList<>();
        try (TaskJournal journal = ChronicleJournals.with(settings, clock, disk).open("a")) {
            JournalWriter writer = new JournalWriter(journal, clock);
            appended(writer, kept, 0);
            disk.failAfter(FailingDisk.Call.CREATE, 0);
            clock.forward(Duration.ofHours(2));
            Await.until("tried", () -> disk.failures() > 1);
            appended(writer, kept, 1);
            disk.repair();
            Await.until("rolled", () -> parts() == 2);
            appended(writer, kept, 2);
        }
        assertEquals(List.of(0L, 1L, 2L), kept);
        assertDelivered(kept);
    }

    @Test
    @DisplayName("case 106: opening without room is refused, and leaves nothing behind")
    void noRoomToOpen() throws Exception {
        for (FailingDisk.Call call : List.of(FailingDisk.Call.CREATE, FailingDisk.Call.RESERVE)) {
            ChronicleJournals full =
                    ChronicleJournals.with(JournalSettings.at(root), TimeSource.SYSTEM, FailingDisk.at(call, 0));
            assertThrows(JournalUnavailableException.class, () -> full.open("a"));
            assertEquals(0, parts());
        }
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            assertEquals(0, journal.epoch());
        }
        assertEquals(RecordType.EPOCH_START, Records.read(root.resolve("a")).get(0).type());
    }
}
