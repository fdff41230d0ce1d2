package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/** Writes and reads journals in tests. */
final class Records {
    private Records() {}

    static JournalWriter writer(TaskJournal journal) {
        return new JournalWriter(journal, TimeSource.SYSTEM);
    }

    static void submit(JournalWriter writer, long task, TaskKind kind, int keys) {
        writer.submitted(task, kind, Keys.keys(task * 100, keys), 1000, Optional.empty());
    }

    static void complete(JournalWriter writer, long task, TaskKind kind, int keys) {
        writer.completed(
                new TaskResult(
                        task, kind, TaskOutcome.SUCCESS, Bitmap.ones(keys), new Bitmap(keys), new Bitmap(keys), 10,
                        ErrorCode.NONE, ""),
                kind == TaskKind.LOOKUP);
    }

    static List<JournalRecord> read(Path adapter) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(JournalDirectory.at(adapter))) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
            if (reader.damageCount() > 0) {
                throw new AssertionError("damaged: " + reader.damages());
            }
        }
        return records;
    }

    static TaskState fold(Path adapter) throws IOException {
        JournalFold fold = JournalFold.of(JournalDirectory.at(adapter), JournalFold.Limit.NONE, JournalFold.Progress.NONE);
        if (fold.damageCount() > 0) {
            throw new AssertionError("damaged: " + fold.damages());
        }
        return fold.state();
    }
}
