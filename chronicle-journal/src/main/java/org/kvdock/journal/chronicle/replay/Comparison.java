package org.kvdock.journal.chronicle.replay;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;

/** Holds results against the recorded ones, and keeps what is different. For one thread. */
final class Comparison {
    private final ReplayOptions options;
    private final List<Difference> differences = new ArrayList<>();
    private long differenceCount;
    private long compared;
    private long raced;
    private long bytesVerified;

    Comparison(ReplayOptions options) {
        this.options = options;
    }

    void compare(JournalRecord.Completed recorded, Running again, Chunks chunks) {
        JournalRecord.Submitted task = again.task;
        TaskResult now = again.result;
        if (now == null) {
            differ(task, "outcome", recorded.outcome().name(), "nothing within " + options.patience());
            return;
        }
        compared++;
        // Where a key may be either way, so may a whole that says no more than its keys.
        if (again.raced.isEmpty()
                || !followsFromKeys(recorded.outcome(), recorded.error())
                || !followsFromKeys(now.outcome(), now.error())) {
            compare(task, "outcome", recorded.outcome(), now.outcome());
            compare(task, "error", recorded.error(), now.error());
        }
        if (again.raced.isEmpty()) {
            compare(task, "bitmap", recorded.bitmap(), now.bitmap());
            compare(task, "bytes_moved", recorded.bytesMoved(), now.bytesMoved());
        } else {
            raced++;
            compare(task, "bitmap", without(again.raced, recorded.bitmap()), without(again.raced, now.bitmap()));
        }
        if (task.kind() == TaskKind.LOAD) {
            now.bitmap().indices().forEach(i -> verify(task, task.keys().get(i), again.buffers, i, chunks));
        }
    }

    private static boolean followsFromKeys(TaskOutcome outcome, ErrorCode error) {
        return outcome == TaskOutcome.SUCCESS || error == ErrorCode.PARTIAL;
    }

    private static Bitmap without(BitSet raced, Bitmap map) {
        Bitmap rest = map.copy();
        raced.stream().filter(bit -> bit < rest.length()).forEach(rest::clear);
        return rest;
    }

    private void verify(JournalRecord.Submitted task, ObjectKey key, Chunks.Held buffers, int index, Chunks chunks) {
        if (!chunks.knows(key)) {
            return;
        }
        if (Payload.matches(key, buffers.chunks().get(index).view())) {
            bytesVerified += buffers.chunks().get(index).length();
        } else {
            differ(task, "content", "the bytes of " + key, "other bytes");
        }
    }

    private void compare(JournalRecord.Submitted task, String what, Object recorded, Object replayed) {
        if (!recorded.equals(replayed)) {
            differ(task, what, recorded.toString(), replayed.toString());
        }
    }

    void differ(JournalRecord.Submitted task, String what, String recorded, String replayed) {
        differenceCount++;
        if (differences.size() < options.maxDifferences()) {
            differences.add(new Difference(
                    task.header().epoch(), task.taskId(), task.kind(), what, recorded, replayed));
        }
    }

    ReplayReport report(
            long records, long submitted, long arrivals, long unrecorded, long damageCount, long nanos) {
        return new ReplayReport(
                records, submitted, arrivals, compared, raced, unrecorded, bytesVerified, List.copyOf(differences),
                differenceCount, damageCount, nanos);
    }
}
