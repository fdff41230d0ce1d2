package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.replay.Difference;
import org.kvdock.journal.chronicle.replay.JournalReplay;
import org.kvdock.journal.chronicle.replay.ReplayOptions;
import org.kvdock.journal.chronicle.replay.ReplayReport;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.StateSnapshot;
import org.kvdock.l2.journal.TaskJournal;

class ReplayTest {
    @TempDir
    Path root;

    private final long seed = System.nanoTime();

    private JournalDirectory journal() {
        return JournalDirectory.at(root.resolve("a"));
    }

    /** Two epochs of real work; each folds to what its adapter says of itself. */
    private void record(int rounds) throws Exception {
        for (int epoch = 0; epoch < 2; epoch++) {
            MapAdapter adapter = new MapAdapter(ChronicleJournals.at(root).open("a"));
            try (Work work = new Work(adapter, new Random(seed + epoch))) {
                work.rounds(rounds);
                StateSnapshot own = adapter.snapshot();
                StateSnapshot folded = JournalFold.of(journal(), JournalFold.Limit.NONE, JournalFold.Progress.NONE)
                        .state()
                        .snapshot();
                assertEquals(own, folded, "seed " + seed);
            } finally {
                adapter.close();
            }
        }
    }

    private static L2Adapter fresh(long epoch) {
        return new MapAdapter(new MemoryJournals().open("again"));
    }

    private ReplayReport replay(LongFunction<L2Adapter> adapters, ReplayOptions options)
            throws Exception {
        return JournalReplay.run(journal(), adapters, options, JournalFold.Progress.NONE);
    }

    @Test
    @DisplayName("case 103, case 110: real work folds to what the adapter has, and replays without a difference")
    void same() throws Exception {
        record(200);
        ReplayReport report = replay(ReplayTest::fresh, ReplayOptions.FAST);
        assertEquals(List.of(), report.differences(), "seed " + seed);
        assertEquals(Records.fold(root.resolve("a")).counters().submitted(), report.submitted());
        assertEquals(report.submitted(), report.compared());
        assertTrue(report.bytesVerified() > 0);
    }

    @Test
    @DisplayName("case 110: a key that is deleted while its store runs may be stored or not: neither that nor what follows is a difference")
    void deletedMeanwhile() throws Exception {
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            JournalWriter writer = Records.writer(open);
            Records.submit(writer, 0, TaskKind.STORE, 2);
            writer.keyRemoved(Keys.key(0), RemovalReason.DELETED);
            Bitmap second = new Bitmap(2);
            second.set(1);
            writer.completed(
                    new TaskResult(
                            0, TaskKind.STORE, TaskOutcome.FAILURE, second, second, new Bitmap(2), 500, ErrorCode.PARTIAL, "not stored"),
                    false);
        }
        ReplayReport report = replay(ReplayTest::fresh, ReplayOptions.FAST);
        assertEquals(List.of(), report.differences());
        assertEquals(1, report.compared());
    }

    @Test
    @DisplayName("case 110: each difference in outcome is told, with its task")
    void different() throws Exception {
        record(50);
        // One that brings back other bytes for every fourth key.
        ReplayReport report = replay(
                epoch -> new MapAdapter(new MemoryJournals().open("again"), key -> (key.contentHash()[7] & 3) == 0),
                ReplayOptions.FAST);
        assertTrue(report.differenceCount() > 0, "seed " + seed);
        for (Difference difference : report.differences()) {
            assertEquals("content", difference.what(), difference + ", seed " + seed);
            assertEquals(TaskKind.LOAD, difference.kind());
        }
        try (TaskJournal open = ChronicleJournals.at(root.resolve("other")).open("a")) {
            JournalWriter writer = Records.writer(open);
            // A recorded lookup that found what nobody had stored.
            Records.submit(writer, 0, TaskKind.LOOKUP, 2);
            Records.complete(writer, 0, TaskKind.LOOKUP, 2);
            Records.submit(writer, 1, TaskKind.STORE, 1);
        }
        ReplayReport invented = JournalReplay.run(
                JournalDirectory.at(root.resolve("other/a")), ReplayTest::fresh, ReplayOptions.FAST, JournalFold.Progress.NONE);
        assertEquals(
                List.of("0/0 LOOKUP bitmap: recorded 11, replayed 00", "0/0 LOOKUP bytes_moved: recorded 10, replayed 0"),
                invented.differences().stream().map(Difference::toString).toList());
        assertEquals(1, invented.unrecorded());
    }

    @Test
    @DisplayName("case 110: a replay at a hundred and at twenty times the speed takes a hundredth and a twentieth of the recorded time")
    void pace() throws Exception {
        TestClock clock = new TestClock();
        try (TaskJournal open =
                ChronicleJournals.with(JournalSettings.at(root), clock).open("a")) {
            JournalWriter writer = new JournalWriter(open, clock);
            for (int task = 0; task < 3; task++) {
                clock.forward(Duration.ofSeconds(10));
                Records.submit(writer, task, TaskKind.LOOKUP, 1);
            }
        }
        // Whoever took no notice of the speed would need the recorded 30 s, or no time at all.
        long recorded = Duration.ofSeconds(30).toNanos();
        long nanos = replay(ReplayTest::fresh, ReplayOptions.FAST.atSpeed(100)).nanos();
        assertTrue(nanos >= recorded / 100 && nanos < recorded / 2, nanos + " ns");
        nanos = replay(ReplayTest::fresh, ReplayOptions.FAST.atSpeed(20)).nanos();
        assertTrue(nanos >= recorded / 20 && nanos < recorded / 2, nanos + " ns");
        assertThrows(BadArgumentException.class, () -> ReplayOptions.FAST.atSpeed(-1));
        assertThrows(BadArgumentException.class, () -> ReplayOptions.FAST.atSpeed(Double.NaN));
    }
}
