package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.journal.chronicle.read.RecordJson;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** What each durability mode promises holds when everything that was not synced may be gone. */
class PowerLossTest {
    private static final int ROUNDS = 6;

    @TempDir
    Path root;

    private final long seed = System.nanoTime();

    /** What is known of the records before the power went. */
    private static final class Before {
        private final Map<Long, String> written = new HashMap<>();
        private final Set<Long> told = ConcurrentHashMap.newKeySet();
    }

    private JournalSettings settings(Path root, Durability durability) {
        return JournalSettings.at(root)
                .with(durability)
                .withRoll(Duration.ofHours(1), 1 << 20)
                .withCheckpointEvery(1000);
    }

    /** Works for a while, cuts the power, opens the copy, and gives what was known and what is there. */
    private Set<Long> survivors(Durability durability, int round, Before before) throws Exception {
        Random random = new Random(seed + round);
        Path live = root.resolve(durability + "-" + round);
        Path copy = root.resolve(durability + "-" + round + "-after");
        PowerCut disk = new PowerCut();
        Set<Long> told;
        try (TaskJournal journal =
                ChronicleJournals.with(settings(live, durability), TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            int tasks = 1 + random.nextInt(random.nextInt(3) == 0 ? 50 : 4000);
            for (long task = 0; task < tasks; task++) {
                Records.submit(writer, task, TaskKind.STORE, random.nextInt(4));
                long id = task;
                long completed = completed(writer, task);
                journal.whenDurable(completed, durable -> {
                    if (durable) {
                        before.told.add(id);
                    }
                });
                // Now and then a caller waits for a result.
                if (random.nextInt(400) == 0) {
                    Await.until("told", () -> before.told.contains(id));
                }
            }
            // In this order: whatever was told by now is on the disk that is copied next.
            told = Set.copyOf(before.told);
            disk.copy(live, copy, random);
        }
        before.told.retainAll(told);
        try (JournalReader reader = JournalReader.open(JournalDirectory.at(live.resolve("a")))) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                before.written.put(record.header().sequence(), RecordJson.line(record));
            }
        }
        return open(copy, durability, before, round);
    }

    private static long completed(JournalWriter writer, long task) {
        return writer.completed(
                new org.kvdock.l2.TaskResult(
                        task, TaskKind.STORE, org.kvdock.l2.TaskOutcome.SUCCESS, new org.kvdock.l2.Bitmap(0),
                        new org.kvdock.l2.Bitmap(0), new org.kvdock.l2.Bitmap(0), 0, org.kvdock.l2.ErrorCode.NONE, ""),
                false);
    }

    /** Opens what is left twice; gives the tasks whose submission and completion are there. */
    private Set<Long> open(Path copy, Durability durability, Before before, int round) throws Exception {
        String what = durability + " round " + round + ", seed " + seed;
        for (int opening = 1; opening <= 2; opening++) {
            try (TaskJournal journal = ChronicleJournals.with(settings(copy, durability)).open("a")) {
                assertEquals(opening, journal.epoch(), what);
                Records.submit(Records.writer(journal), 0, TaskKind.LOAD, 1);
                assertEquals(opening == 1 ? 0 : 1, journal.recovery().abandoned().stream()
                        .filter(task -> task.taskEpoch() > 0)
                        .count(), what);
            }
        }
        Set<Long> submitted = new HashSet<>();
        Set<Long> completed = new HashSet<>();
        Set<Long> sequences = new HashSet<>();
        try (JournalReader reader = JournalReader.open(JournalDirectory.at(copy.resolve("a")))) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                assertTrue(sequences.add(record.header().sequence()), "twice: " + record + ", " + what);
                if (record.header().epoch() > 0) {
                    continue;
                }
                assertEquals(before.written.get(record.header().sequence()), RecordJson.line(record), what);
                if (record instanceof JournalRecord.Submitted task) {
                    submitted.add(task.taskId());
                } else if (record instanceof JournalRecord.Completed task) {
                    completed.add(task.taskId());
                }
            }
            if (sequences.size() <= before.written.keySet().stream().mapToLong(Long::longValue).max().orElse(-1)) {
                assertTrue(reader.damageCount() > 0 || endsEarly(sequences), "silent gap: " + what);
            }
        }
        completed.retainAll(submitted);
        return completed;
    }

    // Whatever is gone at the end only, with the numbers going on there, was never promised to anybody.
    private static boolean endsEarly(Set<Long> sequences) {
        return sequences.stream().mapToLong(Long::longValue).max().orElse(-1) == sequences.size() - 1;
    }

    @Test
    @DisplayName("record: no result that a caller has seen is gone, nor its submission")
    void record() throws Exception {
        long told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Before before = new Before();
            Set<Long> there = survivors(Durability.RECORD, round, before);
            assertTrue(there.containsAll(before.told), "round " + round + ", seed " + seed);
            told += before.told.size();
        }
        assertTrue(told > 0, "something was told in " + ROUNDS + " rounds, seed " + seed);
    }

    @Test
    @DisplayName("interval and process: what is left opens, nothing is twice or invented, and a gap is told")
    void others() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            survivors(Durability.INTERVAL, round, new Before());
            survivors(Durability.PROCESS, round, new Before());
        }
    }

    @Test
    @DisplayName("interval: whatever was appended before a sync that ended is there")
    void interval() throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            Path live = root.resolve("interval" + round);
            Path copy = root.resolve("interval" + round + "-after");
            PowerCut disk = new PowerCut();
            JournalSettings settings = settings(live, Durability.INTERVAL);
            int kept = 0;
            try (TaskJournal journal = ChronicleJournals.with(settings, TimeSource.SYSTEM, disk).open("a")) {
                JournalWriter writer = Records.writer(journal);
                for (; kept < 300; kept++) {
                    writer.delivered(kept);
                }
                int syncs = disk.syncs();
                // One may have begun before the last of them, the second began after.
                Await.until("two syncs", () -> {
                    writer.delivered(1_000_000);
                    return disk.syncs() >= syncs + 2;
                });
                disk.copy(live, copy, random);
            }
            Set<Long> there = new HashSet<>();
            try (JournalReader reader = JournalReader.open(JournalDirectory.at(copy.resolve("a")))) {
                for (JournalRecord one = reader.next(); one != null; one = reader.next()) {
                    if (one instanceof JournalRecord.Delivered delivered) {
                        there.addAll(delivered.taskIds());
                    }
                }
            }
            for (long id = 0; id < kept; id++) {
                assertTrue(there.contains(id), "record of " + id + " is gone, seed " + seed);
            }
        }
    }
}
