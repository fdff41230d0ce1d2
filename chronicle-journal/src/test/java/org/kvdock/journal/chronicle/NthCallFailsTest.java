package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;

/**
 * One life of a journal, with an opening that recovers, tasks, rolling and checkpoints, again and again: the n-th call
 * to the disk of each kind fails, for every n until nothing fails any more. Whatever was accepted is in the journal,
 * whatever was told as a success too, nothing is there twice, and work goes on.
 */
class NthCallFailsTest {
    private static final int TASKS = 2;
    private static final int KEYS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path root;

    private long nextKey;

    /** What an adapter's caller has seen. */
    private static final class Seen {
        private final Set<String> accepted = new HashSet<>();
        private final Map<String, TaskResult> told = new HashMap<>();
    }

    @ParameterizedTest(name = "{0}, once: {1}, {2}")
    @DisplayName("case 106: the n-th call fails, for every n: accepted is kept, told is there, and work goes on")
    @CsvSource({
        "CREATE, true, RECORD", "CREATE, false, RECORD",
        "APPEND, true, RECORD", "APPEND, false, PROCESS",
        "FORCE, true, RECORD", "FORCE, false, RECORD", "FORCE, true, INTERVAL",
        "RESERVE, true, PROCESS", "RESERVE, false, RECORD"
    })
    void everyCall(FailingDisk.Call call, boolean once, Durability durability) throws Exception {
        boolean failed = true;
        int n = 0;
        for (; failed; n++) {
            Path directory = root.resolve("n" + n);
            Seen seen = new Seen();
            leaveOpen(directory, seen);
            FailingDisk disk = FailingDisk.at(call, n);
            disk.once(once);
            live(directory, durability, disk, seen, true);
            failed = disk.failures() > 0;
            disk.repair();
            live(directory, durability, disk, seen, false);
            check(directory.resolve("a"), seen, call + " " + n);
        }
        System.out.println(call + ", once: " + once + ", " + durability + ": " + (n - 1) + " calls, each failed");
        assertTrue(n > 1, "no call failed");
    }

    /** What a process leaves that is killed with two tasks open, for the next opening to close. */
    private static void leaveOpen(Path directory, Seen seen) {
        try (TaskJournal journal = ChronicleJournals.at(directory).open("a")) {
            JournalWriter writer = Records.writer(journal);
            for (int task = 0; task < 2; task++) {
                Records.submit(writer, task, TaskKind.STORE, KEYS);
                seen.accepted.add("0/" + task);
            }
        }
    }

    /** Opens, works and closes; where something may fail it rolls, and works on after it. */
    private void live(Path directory, Durability durability, FailingDisk disk, Seen seen, boolean mayFail)
            throws Exception {
        TestClock clock = new TestClock();
        JournalSettings settings = JournalSettings.at(directory)
                .with(durability)
                .withRoll(Duration.ofHours(1), 1L << 30)
                .withCheckpointEvery(1000);
        TaskJournal journal;
        try {
            journal = ChronicleJournals.with(settings, clock, disk).open("a");
        } catch (JournalUnavailableException e) {
            assertTrue(mayFail, "refused although nothing fails: " + e);
            return;
        }
        try (journal; MapAdapter adapter = new MapAdapter(journal)) {
            int before = disk.creations();
            work(adapter, seen, mayFail);
            if (mayFail) {
                clock.forward(Duration.ofHours(2));
                Await.until("rolled or failed", () -> disk.creations() > before || disk.failures() > 0);
                work(adapter, seen, true);
            }
            if (disk.failures() > 0) {
                disk.repair();
                Await.until("takes tasks again", () -> work(adapter, seen, true) == TASKS);
            }
        } catch (JournalUnavailableException e) {
            assertTrue(mayFail, "refused although nothing fails: " + e);
        }
    }

    /** @return how many tasks were accepted and ended well */
    private int work(MapAdapter adapter, Seen seen, boolean mayFail) {
        int well = 0;
        try (EventPoller poller = new EventPoller()) {
            poller.add(adapter.eventFd(TaskKind.STORE), () -> adapter.eventFd(TaskKind.STORE).read());
            for (int i = 0; i < TASKS; i++) {
                List<ObjectKey> keys = Keys.keys(KEYS * nextKey++, KEYS);
                List<KvBuffer> chunks = Collections.nCopies(KEYS, KvBuffer.allocate(10));
                long task;
                try {
                    task = adapter.submitStoreTask(keys, chunks);
                } catch (JournalUnavailableException e) {
                    assertTrue(mayFail, "refused although nothing fails: " + e);
                    continue;
                }
                String name = adapter.snapshot().epoch() + "/" + task;
                assertTrue(seen.accepted.add(name), "accepted twice: " + name);
                Map<Long, TaskResult> results = new HashMap<>();
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (!results.containsKey(task)) {
                    assertTrue(System.nanoTime() - end < 0, "task " + name + " does not end");
                    poller.poll(Duration.ofMillis(100));
                    results.putAll(adapter.popCompletedStoreTasks());
                }
                seen.told.put(name, results.get(task));
                well += results.get(task).outcome() == TaskOutcome.SUCCESS ? 1 : 0;
            }
        }
        return well;
    }

    private static void check(Path adapter, Seen seen, String when) throws Exception {
        Set<String> submitted = new HashSet<>();
        Map<String, TaskOutcome> ended = new HashMap<>();
        try (JournalReader reader = JournalReader.open(JournalDirectory.at(adapter))) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                long epoch = record.header().epoch();
                if (record instanceof JournalRecord.Submitted task) {
                    assertTrue(submitted.add(epoch + "/" + task.taskId()), when + ": twice: " + task);
                } else if (record instanceof JournalRecord.Completed task) {
                    assertEquals(null, ended.put(epoch + "/" + task.taskId(), task.outcome()), when + ": twice: " + task);
                } else if (record instanceof JournalRecord.Abandoned gone) {
                    assertTrue(
                            !ended.containsKey(gone.taskEpoch() + "/" + gone.taskId()), when + ": ended and abandoned: " + gone);
                }
            }
            assertEquals(List.of(), reader.damages(), when);
        }
        assertEquals(seen.accepted, submitted, when + ": what was accepted is there, and nothing else");
        seen.told.forEach((name, result) -> {
            if (result.outcome() == TaskOutcome.SUCCESS) {
                assertEquals(TaskOutcome.SUCCESS, ended.get(name), when + ": told and not there: " + name);
            }
        });
        JournalFold fold = JournalFold.of(JournalDirectory.at(adapter), JournalFold.Limit.NONE, JournalFold.Progress.NONE);
        assertEquals(0, fold.state().strays(), when);
        assertEquals(0, fold.state().openTasks().size(), when);
        assertEquals(
                submitted.size(), fold.state().counters().completed() + fold.state().counters().abandoned(),
                when + ": ended once each");
    }
}
