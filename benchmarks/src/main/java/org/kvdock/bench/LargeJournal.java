package org.kvdock.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * Writes a journal of many records as an adapter in use would: stores that publish their keys and evict older ones,
 * lookups that lock, loads, unlocks, tasks in flight. Then waits to be killed. A process of its own.
 */
final class LargeJournal {
    static final String ADAPTER = "large";
    static final String DONE = "done";

    private static final int KEYS = 3;
    private static final int STORED_KEYS = 100_000;
    private static final int IN_FLIGHT = 64;
    // Small, so that a replay is about records and not about copying.
    private static final int CHUNK_BYTES = 1 << 10;

    private record Task(long id, TaskKind kind, List<ObjectKey> keys) {}

    private final JournalWriter writer;
    private final ArrayDeque<Task> open = new ArrayDeque<>();
    private final ArrayDeque<ObjectKey> stored = new ArrayDeque<>();
    // Of the store that completed last; empty before there is one.
    private List<ObjectKey> known = List.of();
    private long nextTask;
    private long nextKey;
    private long last;

    private LargeJournal(TaskJournal journal) {
        this.writer = new JournalWriter(journal, TimeSource.SYSTEM);
    }

    /** @param arguments the journals' root, how many records */
    public static void main(String[] arguments) throws Exception {
        long records = Long.parseLong(arguments[1]);
        TaskJournal journal = ChronicleJournals.at(Path.of(arguments[0])).open(ADAPTER);
        LargeJournal large = new LargeJournal(journal);
        while (large.last < records) {
            large.step();
        }
        System.out.println(DONE);
        // Until it is killed, or whoever has started it is gone.
        System.in.read();
    }

    private void step() {
        submit(TaskKind.STORE, newKeys());
        if (!known.isEmpty()) {
            submit(TaskKind.LOOKUP, known);
            submit(TaskKind.LOAD, known);
        }
        while (open.size() > IN_FLIGHT) {
            complete(open.removeFirst());
        }
    }

    private List<ObjectKey> newKeys() {
        List<ObjectKey> keys = new ArrayList<>(KEYS);
        for (int i = 0; i < KEYS; i++) {
            byte[] hash = new byte[32];
            ByteBuffer.wrap(hash).putLong(nextKey++);
            keys.add(ObjectKey.of(hash, "meta-llama/Llama-3.1-8B", 0, 0, ""));
        }
        return keys;
    }

    private void submit(TaskKind kind, List<ObjectKey> keys) {
        Task task = new Task(nextTask++, kind, keys);
        last = writer.submitted(task.id(), kind, keys, bytes(kind), Optional.empty());
        open.addLast(task);
    }

    private void complete(Task task) {
        if (task.kind() == TaskKind.STORE) {
            for (ObjectKey key : task.keys()) {
                writer.keyPublished(key, CHUNK_BYTES, 0, 0);
                stored.addLast(key);
            }
            known = task.keys();
            while (stored.size() > STORED_KEYS) {
                writer.keyRemoved(stored.removeFirst(), RemovalReason.EVICTED);
            }
        }
        Bitmap all = Bitmap.ones(KEYS);
        Bitmap none = new Bitmap(KEYS);
        writer.completed(
                new TaskResult(
                        task.id(), task.kind(), TaskOutcome.SUCCESS, all, all, none, bytes(task.kind()),
                        ErrorCode.NONE, ""),
                task.kind() == TaskKind.LOOKUP);
        last = writer.delivered(task.id());
        if (task.kind() == TaskKind.LOOKUP) {
            last = writer.unlocked(task.keys(), all);
        }
    }

    private static long bytes(TaskKind kind) {
        return kind == TaskKind.LOOKUP ? 0 : (long) KEYS * CHUNK_BYTES;
    }
}
