package org.kvdock.journal.chronicle.read;

import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.journal.JournalRecord;

/**
 * One record as one line of JSON. Every line has {@code seq}, {@code epoch}, {@code wall_us}, {@code mono_ns},
 * {@code type}; the rest depends on the type. Nothing that the record holds is left out. Bitmaps are strings of 0 and 1,
 * one for each key.
 */
public final class RecordJson {
    private RecordJson() {}

    /**
     * @param record any record
     * @return one JSON object without a line end
     */
    public static String line(JournalRecord record) {
        JsonLine out = new JsonLine()
                .number("seq", record.header().sequence())
                .number("epoch", record.header().epoch())
                .number("wall_us", record.header().wallMicros())
                .number("mono_ns", record.header().monoNanos())
                .text("type", record.type().name());
        if (record instanceof JournalRecord.Submitted r) {
            out.number("task", r.taskId()).text("kind", r.kind().name()).number("bytes", r.bytes());
            r.context().ifPresent(context -> out.text("request", context.requestId())
                    .flag("last_batch", context.lastBatch())
                    .number("total_chunks", context.totalChunks()));
            keys(out, r.keys());
        } else if (record instanceof JournalRecord.Completed r) {
            out.number("task", r.taskId()).text("kind", r.kind().name()).text("outcome", r.outcome().name());
            out.flag("locking", r.locking());
            bits(out, "bitmap", r.bitmap());
            bits(out, "moved", r.moved());
            bits(out, "unconfirmed", r.unconfirmed());
            out.number("bytes_moved", r.bytesMoved()).text("error", r.error().name()).text("error_text", r.errorText());
        } else if (record instanceof JournalRecord.Delivered r) {
            out.numbers("tasks", r.taskIds());
        } else if (record instanceof JournalRecord.Unlocked r) {
            bits(out, "effective", r.effective());
            keys(out, r.keys());
        } else if (record instanceof JournalRecord.KeyPublished r) {
            out.text("key", r.key().toString()).number("bytes", r.bytes());
            out.number("checksum", Integer.toUnsignedLong(r.checksum())).number("place", r.place());
        } else if (record instanceof JournalRecord.KeyRemoved r) {
            out.text("key", r.key().toString()).text("reason", r.reason().name());
        } else if (record instanceof JournalRecord.LeaseEnded r) {
            out.text("key", r.key().toString()).number("locks", r.locks());
        } else if (record instanceof JournalRecord.Abandoned r) {
            out.number("task_epoch", r.taskEpoch()).number("task", r.taskId()).text("kind", r.kind().name());
        } else if (record instanceof JournalRecord.EpochStart r) {
            out.text("adapter", r.adapter()).number("pid", r.pid());
        } else if (record instanceof JournalRecord.Checkpoint r) {
            out.number("up_to", r.upTo());
        }
        return out.end();
    }

    private static void bits(JsonLine out, String name, Bitmap map) {
        out.text(name, map.toString());
    }

    private static void keys(JsonLine out, List<?> keys) {
        out.texts("keys", keys.stream().map(Object::toString).toList());
    }
}
