package org.kvdock.journal.chronicle.read;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordHeader;

/** One record as one line for people: number, time, epoch, type, and what it says. */
public final class RecordText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private RecordText() {}

    /**
     * @param record any record
     * @return one line without a line end
     */
    public static String line(JournalRecord record) {
        RecordHeader header = record.header();
        StringBuilder out = new StringBuilder(160);
        out.append(header.sequence()).append(' ').append(time(header.wallMicros()));
        out.append(" e").append(header.epoch()).append(' ').append(record.type());
        if (record instanceof JournalRecord.Submitted r) {
            out.append(" task=").append(r.taskId()).append(' ').append(r.kind()).append(" bytes=").append(r.bytes());
            r.context().ifPresent(context -> out.append(" request=")
                    .append(plain(context.requestId()))
                    .append(context.lastBatch() ? " last" : "")
                    .append(" chunks=")
                    .append(context.totalChunks()));
            keys(out, r.keys());
        } else if (record instanceof JournalRecord.Completed r) {
            out.append(" task=").append(r.taskId()).append(' ').append(r.kind()).append(' ').append(r.outcome());
            bits(out, " done=", r.bitmap());
            bits(out, " moved=", r.moved());
            if (!r.unconfirmed().isEmpty()) {
                bits(out, " unconfirmed=", r.unconfirmed());
            }
            out.append(r.locking() ? " locked" : "").append(" bytes=").append(r.bytesMoved());
            if (r.error() != ErrorCode.NONE) {
                out.append(" error=").append(r.error()).append(" \"").append(plain(r.errorText())).append('"');
            }
        } else if (record instanceof JournalRecord.Delivered r) {
            out.append(" tasks=").append(r.taskIds());
        } else if (record instanceof JournalRecord.Unlocked r) {
            bits(out, " effective=", r.effective());
            keys(out, r.keys());
        } else if (record instanceof JournalRecord.KeyPublished r) {
            out.append(" bytes=").append(r.bytes()).append(" checksum=").append(Integer.toHexString(r.checksum()));
            out.append(" place=").append(r.place()).append(" key=").append(plain(r.key().toString()));
        } else if (record instanceof JournalRecord.KeyRemoved r) {
            out.append(' ').append(r.reason()).append(" key=").append(plain(r.key().toString()));
        } else if (record instanceof JournalRecord.LeaseEnded r) {
            out.append(" locks=").append(r.locks()).append(" key=").append(plain(r.key().toString()));
        } else if (record instanceof JournalRecord.Abandoned r) {
            out.append(" task=").append(r.taskEpoch()).append('/').append(r.taskId()).append(' ').append(r.kind());
        } else if (record instanceof JournalRecord.EpochStart r) {
            out.append(" adapter=").append(plain(r.adapter())).append(" pid=").append(r.pid());
        } else if (record instanceof JournalRecord.Checkpoint r) {
            out.append(" up_to=").append(r.upTo());
        }
        return out.toString();
    }

    /**
     * @param micros microseconds since 1970; negative for none
     * @return ISO 8601 in UTC with microseconds, {@code -} for none
     */
    public static String time(long micros) {
        return micros < 0 ? "-" : TIME.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    private static void bits(StringBuilder out, String name, Bitmap map) {
        out.append(name).append(map.count()).append('/').append(map.length());
        if (!map.isEmpty() && !map.all()) {
            out.append(':').append(map);
        }
    }

    private static void keys(StringBuilder out, List<?> keys) {
        out.append(" keys=").append(keys.size()).append('[');
        for (int i = 0; i < keys.size(); i++) {
            out.append(i == 0 ? "" : " ").append(plain(keys.get(i).toString()));
        }
        out.append(']');
    }

    /** Text that came with a record, made harmless for a terminal: control characters become {@code ?}. */
    static String plain(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                safe = safe == null ? new StringBuilder(text) : safe;
                safe.setCharAt(i, '?');
            }
        }
        return safe == null ? text : safe.toString();
    }
}
