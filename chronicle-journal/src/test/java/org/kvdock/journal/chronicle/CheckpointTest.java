package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;

/** Opening from a checkpoint gives what opening without one gives, whatever state the checkpoints are in. */
class CheckpointTest {
    private static final int EVERY = 1000;

    @TempDir
    Path root;

    private JournalDirectory journal() {
        return JournalDirectory.at(root.resolve("a"));
    }

    private ChronicleJournals journals() {
        return ChronicleJournals.with(JournalSettings.at(root).withCheckpointEvery(EVERY));
    }

    private List<Path> checkpoints() throws IOException {
        return Checkpoint.files(journal());
    }

    /** Tasks of which some stay open, keys of which some go, locks of which some stay. */
    private static void work(JournalWriter writer, long from, long to) {
        for (long task = from; task < to; task++) {
            TaskKind kind = task % 2 == 0 ? TaskKind.STORE : TaskKind.LOOKUP;
            Records.submit(writer, task, kind, 2);
            writer.keyPublished(Keys.key(task), task, (int) task, -task);
            if (task % 3 == 0) {
                writer.keyRemoved(Keys.key(task / 3), org.kvdock.l2.RemovalReason.EVICTED);
            }
            if (task % 50 != 0) {
                Records.complete(writer, task, kind, 2);
            }
        }
    }

    private static void assertSame(JournalFold expected, JournalFold actual) {
        TaskState a = expected.state();
        TaskState b = actual.state();
        assertEquals(a.snapshot(), b.snapshot());
        assertEquals(a.openTasks(), b.openTasks());
        assertEquals(a.candidates(), b.candidates());
        assertEquals(a.nextSequence(), b.nextSequence());
        assertEquals(a.counters().records(), b.counters().records());
        assertEquals(a.counters().bytesMoved(), b.counters().bytesMoved());
        assertEquals(a.strays(), b.strays());
        assertEquals(expected.firstMicros(), actual.firstMicros());
        assertEquals(expected.lastMicros(), actual.lastMicros());
        assertEquals(expected.end(), actual.end());
    }

    private JournalFold whole() throws IOException {
        return JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE);
    }

    @Test
    @DisplayName("while it is written: every so many records, two are kept, and each is what the records add up to")
    void written() throws Exception {
        try (TaskJournal open = journals().open("a")) {
            JournalWriter writer = Records.writer(open);
            long task = 0;
            for (int round = 0; round < 4; round++) {
                long before = checkpoints().isEmpty() ? -1 : Checkpoint.upToOf(checkpoints().get(0));
                work(writer, task, task + 400);
                task += 400;
                Await.until("a checkpoint", () -> !checkpoints().isEmpty() && Checkpoint.upToOf(checkpoints().get(0)) > before);
                Checkpoint checkpoint = Checkpoint.read(journal(), checkpoints().get(0));
                JournalFold fold = JournalFold.of(
                        journal(), JournalFold.Limit.record(checkpoint.upTo()), JournalFold.Progress.NONE);
                assertEquals(fold.state().snapshot(), checkpoint.state().snapshot());
                assertEquals(fold.state().openTasks(), checkpoint.state().openTasks());
            }
            Await.until("two are kept", () -> checkpoints().size() == 2);
        }
        assertSame(whole(), JournalFold.fromCheckpoint(journal()));
        assertTrue(
                Records.read(root.resolve("a")).stream().anyMatch(JournalRecord.Checkpoint.class::isInstance),
                "a checkpoint is recorded");
    }

    @Test
    @DisplayName("opening reads from the newest whole checkpoint, past damaged and foreign ones")
    void chosen() throws Exception {
        try (TaskJournal open = journals().open("a")) {
            work(Records.writer(open), 0, 1000);
            Await.until("a checkpoint", () -> !checkpoints().isEmpty());
        }
        JournalFold whole = whole();
        Path newest = checkpoints().get(0);
        byte[] good = Files.readAllBytes(newest);
        for (int at : new int[] {0, 5, 12, 20, 50, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            // Also where the name of a queue file stands, which is not even text any more then.
            bad[at] ^= (byte) 0x84;
            Files.write(newest, bad);
            JournalFold fold = JournalFold.fromCheckpoint(journal());
            assertSame(whole, fold);
            assertEquals(newest, fold.damages().get(0).file());
            Files.write(newest, Arrays.copyOf(good, at));
            assertSame(whole, JournalFold.fromCheckpoint(journal()));
        }
        // Another journal's, whole in itself.
        Path other = root.resolve("other");
        try (TaskJournal open = ChronicleJournals.at(other).open("a")) {
            work(Records.writer(open), 0, 1000);
        }
        Path foreign = Checkpoint.files(JournalDirectory.at(other.resolve("a"))).get(0);
        Files.delete(newest);
        Files.copy(foreign, root.resolve("a").resolve(foreign.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        assertSame(whole, JournalFold.fromCheckpoint(journal()));
    }

    @Test
    @DisplayName("an epoch that ended in good order is followed by nothing; the next opening reads nothing before it")
    void afterGoodEnd() throws Exception {
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            work(Records.writer(open), 0, 100);
            Records.writer(open).epochEnd();
        }
        List<JournalRecord> records = Records.read(root.resolve("a"));
        assertEquals(
                records.get(records.size() - 1).header().sequence(), Checkpoint.upToOf(checkpoints().get(0)));
        assertTrue(whole().state().ended());
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            assertEquals(2, open.recovery().abandoned().size());
        }
    }

    @Test
    @DisplayName("a checkpoint that a killed writer has begun is cleared away")
    void unfinished() throws Exception {
        ChronicleJournals.at(root).open("a").close();
        Path unfinished = root.resolve("a/checkpoint-0000000000000009.kvc.tmp");
        Files.write(unfinished, new byte[100]);
        ChronicleJournals.at(root).open("a").close();
        assertFalse(Files.exists(unfinished));
        try (Stream<Path> files = Files.list(root.resolve("a"))) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
        }
    }
}
