package org.kvdock.cli.lab.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

class SwapResultTest {
    @TempDir
    private Path root;

    private static void task(JournalWriter writer, long id, TaskOutcome outcome, boolean told) {
        ErrorCode error = outcome == TaskOutcome.SUCCESS ? ErrorCode.NONE : ErrorCode.CANCELLED;
        writer.submitted(id, TaskKind.LOOKUP, List.of(), 0, Optional.empty());
        writer.completed(
                new TaskResult(id, TaskKind.LOOKUP, outcome, new Bitmap(0), new Bitmap(0), new Bitmap(0), 0, error, error.name()),
                false);
        if (told) {
            writer.delivered(id);
        }
    }

    /** One epoch with one task of each kind, and the same once more. */
    private SwapResult result() throws Exception {
        for (int epoch = 0; epoch < 2; epoch++) {
            try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
                JournalWriter writer = new JournalWriter(open, TimeSource.SYSTEM);
                task(writer, 0, TaskOutcome.SUCCESS, true);
                task(writer, 1, TaskOutcome.CANCELLED, true);
                task(writer, 2, TaskOutcome.CANCELLED, false);
                writer.epochEnd();
            }
        }
        return read();
    }

    private SwapResult read() throws Exception {
        JournalDirectory journal = JournalDirectory.find(root).get(0);
        JournalInfo info = JournalInfo.of(journal, JournalFold.Progress.NONE);
        long cancelled = 2L * info.epochs();
        HostEvent done = new HostEvent(
                "done",
                Map.of("tasks_accepted", info.submitted(), "tasks_completed", info.submitted(), "tasks_failed_CANCELLED", cancelled),
                Map.of());
        return new SwapResult(1, Map.of(), new Histogram(3), done, info, Untold.cancellations(journal), "", root);
    }

    @Test
    @DisplayName("what a close has cancelled and nobody was told of in time is no loss")
    void cancelled() throws Exception {
        assertEquals(0, result().tasksLost());
    }

    @Test
    @DisplayName("a result that nobody was told of is a loss, however many that were told were cancelled")
    void lost() throws Exception {
        result();
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            task(new JournalWriter(open, TimeSource.SYSTEM), 0, TaskOutcome.SUCCESS, false);
        }
        assertEquals(1, read().tasksLost());
    }
}
