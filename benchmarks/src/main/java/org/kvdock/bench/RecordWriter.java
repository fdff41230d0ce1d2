package org.kvdock.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** Writes the records of lookups of three keys: submission, completion, delivery. For one thread. */
final class RecordWriter {
    /** Ids come again after so many tasks; everything that a record is made of is there before, and costs no garbage. */
    private static final int IDS = 1024;

    private final TaskJournal journal;
    private final JournalWriter writer;
    private final List<ObjectKey> keys = new ArrayList<>();
    private final TaskResult[] results = new TaskResult[IDS];
    private final long[][] ids = new long[IDS][1];
    private int next;

    RecordWriter(TaskJournal journal) {
        this.journal = journal;
        this.writer = new JournalWriter(journal, TimeSource.SYSTEM);
        for (byte i = 0; i < 3; i++) {
            keys.add(ObjectKey.of(new byte[] {i, 2, 3, 4, 5, 6, 7, 8}, "model", 0, 0, ""));
        }
        Bitmap all = Bitmap.ones(keys.size());
        Bitmap none = new Bitmap(keys.size());
        for (int id = 0; id < IDS; id++) {
            ids[id][0] = id;
            results[id] = new TaskResult(
                    id, TaskKind.LOOKUP, TaskOutcome.SUCCESS, all, none, none, 0, ErrorCode.NONE, "");
        }
    }

    /** @return number of the last record */
    long task() {
        int id = next++ % IDS;
        writer.submitted(id, TaskKind.LOOKUP, keys, 0, Optional.empty());
        writer.completed(results[id], false);
        return writer.delivered(ids[id]);
    }

    /** @param nanos receives what each append took */
    void tasks(int count, Histogram nanos) {
        for (int i = 0; i < count; i++) {
            int id = next++ % IDS;
            long start = System.nanoTime();
            writer.submitted(id, TaskKind.LOOKUP, keys, 0, Optional.empty());
            long submitted = System.nanoTime();
            writer.completed(results[id], false);
            long completed = System.nanoTime();
            writer.delivered(ids[id]);
            nanos.recordValue(submitted - start);
            nanos.recordValue(completed - submitted);
            nanos.recordValue(System.nanoTime() - completed);
        }
    }

    /** @param nanos receives what it took until each task's records were as safe as the journal's durability promises */
    void durableTasks(int count, Histogram nanos) {
        Semaphore told = new Semaphore(0);
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            journal.whenDurable(task(), durable -> told.release());
            told.acquireUninterruptibly();
            nanos.recordValue(System.nanoTime() - start);
        }
    }

    /** @return bytes of heap that this thread takes for one record */
    double garbage(int tasks) {
        long before = Allocated.byThisThread();
        for (int i = 0; i < tasks; i++) {
            task();
        }
        return (Allocated.byThisThread() - before) / (3.0 * tasks);
    }
}
