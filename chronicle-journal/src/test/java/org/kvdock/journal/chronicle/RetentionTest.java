package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;

/** Case 107: what is removed is closed, covered, old or too much, and needed by no open task. */
class RetentionTest {
    private static final int EVERY = 1000;

    @TempDir
    Path root;

    private final TestClock clock = new TestClock();

    private JournalDirectory journal() {
        return JournalDirectory.at(root.resolve("a"));
    }

    private JournalSettings settings(Duration age, long bytes) {
        return JournalSettings.at(root)
                .withRoll(Duration.ofHours(1), 1L << 30)
                .withCheckpointEvery(EVERY)
                .withRetention(age, bytes);
    }

    private int parts() throws IOException {
        return journal().parts().size();
    }

    private static void work(JournalWriter writer, long from) {
        for (long task = from; task < from + EVERY; task++) {
            Records.submit(writer, task, TaskKind.STORE, 1);
            Records.complete(writer, task, TaskKind.STORE, 1);
            writer.delivered(task);
        }
    }

    /** Writes for some hours; each is a part of its own. */
    private long hours(JournalWriter writer, int hours, long task) throws Exception {
        long next = task;
        for (int hour = 0; hour < hours; hour++) {
            work(writer, next);
            next += EVERY;
            String before = lastPart();
            clock.forward(Duration.ofMinutes(61));
            Await.until("rolled", () -> !lastPart().equals(before));
        }
        work(writer, next);
        return next + EVERY;
    }

    private String lastPart() throws IOException {
        List<Path> parts = journal().parts();
        return parts.get(parts.size() - 1).toString();
    }

    private long oldest() throws IOException {
        try (JournalReader reader = JournalReader.open(journal())) {
            return reader.next().header().sequence();
        }
    }

    @Test
    @DisplayName("case 107: by age; totals go on counting what is gone; a question about it is answered with that")
    void byAge() throws Exception {
        long tasks;
        try (TaskJournal open = ChronicleJournals.with(settings(Duration.ofHours(3), 0), clock).open("a")) {
            JournalWriter writer = new JournalWriter(open, clock);
            tasks = hours(writer, 6, 0);
            Await.until("old parts are gone", () -> parts() <= 5);
            work(writer, tasks);
            tasks += EVERY;
            assertTrue(parts() >= 3, "three hours are kept: " + parts());
        }
        JournalFold fold = JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE);
        assertEquals(List.of(), fold.damages());
        assertTrue(fold.oldest() > 0);
        assertEquals(tasks, fold.state().counters().submitted());
        assertEquals(0, fold.state().strays());
        assertEquals(0, fold.state().gaps());
        assertEquals(fold.state().snapshot(), JournalFold.fromCheckpoint(journal()).state().snapshot());
        BadArgumentException refused = assertThrows(
                BadArgumentException.class,
                () -> JournalFold.of(journal(), JournalFold.Limit.record(5), JournalFold.Progress.NONE));
        assertTrue(refused.getMessage().contains("retention"), refused.getMessage());
        try (TaskJournal open = ChronicleJournals.with(settings(Duration.ofHours(3), 0), clock).open("a")) {
            assertEquals(1, open.epoch());
            assertEquals(0, open.recovery().abandoned().size());
        }
    }

    @Test
    @DisplayName("case 107: by size, also over epochs; their directories go with their last part")
    void bySize() throws Exception {
        long most = 3L << 20;
        for (int epoch = 0; epoch < 3; epoch++) {
            try (TaskJournal open = ChronicleJournals.with(settings(Duration.ZERO, most), clock).open("a")) {
                JournalWriter writer = new JournalWriter(open, clock);
                long task = hours(writer, 6, 0);
                work(writer, task);
                Await.until("small enough", () -> closedBytes() <= most);
            }
        }
        assertTrue(!Files.exists(journal().epochDirectory(0)), "the first epoch's directory is gone");
        assertEquals(List.of(), JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE).damages());
    }

    // The last part is being written and has room ahead.
    private long closedBytes() throws IOException {
        List<Path> files = journal().queueFiles();
        long bytes = 0;
        for (Path file : files.subList(0, files.size() - 1)) {
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    @Test
    @DisplayName("case 107: a part that an open task needs stays, with all that follow it")
    void openTask() throws Exception {
        try (TaskJournal open = ChronicleJournals.with(settings(Duration.ofHours(1), 0), clock).open("a")) {
            JournalWriter writer = new JournalWriter(open, clock);
            long task = hours(writer, 2, 0);
            long needed = task++;
            Records.submit(writer, needed, TaskKind.LOAD, 1);
            long sequence = Records.fold(journal().path()).openTasks().values().iterator().next().sequence();
            task = hours(writer, 4, task);
            Await.until("what is before is gone", () -> oldest() > 0);
            work(writer, task);
            assertTrue(oldest() <= sequence);
            Records.complete(writer, needed, TaskKind.LOAD, 1);
            long next = hours(writer, 1, task + EVERY);
            Await.until("nobody needs it any more", () -> oldest() > sequence);
            work(writer, next);
        }
        TaskState state = JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE).state();
        assertEquals(0, state.openTasks().size());
        assertEquals(0, state.strays());
    }

    @Test
    @DisplayName("case 107: reading while retention works tells no damage")
    void readMeanwhile() throws Exception {
        try (TaskJournal open = ChronicleJournals.with(settings(Duration.ofMinutes(30), 0), clock).open("a")) {
            JournalWriter writer = new JournalWriter(open, clock);
            long task = 0;
            for (int round = 0; round < 5; round++) {
                try (JournalReader reader = JournalReader.open(journal())) {
                    reader.next();
                    task = hours(writer, 2, task);
                    long records = 0;
                    for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                        records++;
                    }
                    assertEquals(List.of(), reader.damages());
                    assertTrue(records > 0);
                }
                JournalFold fold = JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE);
                assertEquals(List.of(), fold.damages());
                assertEquals(0, fold.state().strays());
            }
            Await.until("retention was at work", () -> oldest() > 0);
        }
    }
}
