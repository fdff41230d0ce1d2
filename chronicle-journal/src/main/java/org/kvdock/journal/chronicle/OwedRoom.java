package org.kvdock.journal.chronicle;

import java.nio.ByteBuffer;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.RecordType;

/**
 * How many bytes of records must still follow the submissions that were accepted (R16): for each open task its
 * completion and its delivery, for a store its keys' publications, for a lookup its unlock. An open-addressing table
 * from task id to bytes, so that counting makes no garbage. For one thread at a time.
 */
final class OwedRoom {
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int FREE = 0;

    // Header, fixed fields, the longest error text, three empty bitmaps, and the delivery.
    private static final int COMPLETION_BYTES =
            2 * RecordCodec.HEADER_BYTES + 48 + RecordCodec.MAX_TEXT_BYTES;
    // A bitmap takes at most so many bytes before its bits.
    private static final int BITMAP_BYTES = 12;
    private static final int PUBLICATION_BYTES = RecordCodec.HEADER_BYTES + 20;

    private static final int TYPE_AT = 3;
    private static final int TASK_AT = RecordCodec.HEADER_BYTES;
    private static final int KIND_AT = TASK_AT + Long.BYTES;
    // After task, kind, context, bytes and chunks: a text, and the number of keys.
    private static final int REQUEST_AT = KIND_AT + 2 + Long.BYTES + Integer.BYTES;

    private long[] ids = new long[FIRST_SLOTS];
    // 0 where a slot is free: what a task owes is never 0.
    private int[] owed = new int[FIRST_SLOTS];
    private int tasks;
    private long bytes;

    /** @return bytes owed by all open tasks together */
    long bytes() {
        return bytes;
    }

    /**
     * @param record from position to limit, as its writer made it
     * @return whether it is a submission, which may be refused
     */
    static boolean isSubmission(ByteBuffer record) {
        return record.get(record.position() + TYPE_AT) == RecordType.SUBMITTED.number();
    }

    /**
     * @param submission the record of a submission
     * @return bytes that must follow it, at the most
     */
    static int owedBy(ByteBuffer submission) {
        int at = submission.position();
        int length = submission.remaining();
        long keys = submission.getInt(at + REQUEST_AT + 2 + Short.toUnsignedInt(submission.getShort(at + REQUEST_AT)));
        long bitmap = BITMAP_BYTES + keys / 8;
        long most = COMPLETION_BYTES + 3 * bitmap;
        int kind = submission.get(at + KIND_AT);
        if (kind == TaskKind.STORE.ordinal()) {
            most += keys * PUBLICATION_BYTES + length;
        } else if (kind == TaskKind.LOOKUP.ordinal()) {
            most += RecordCodec.HEADER_BYTES + length + bitmap;
        }
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    /** @param record one that was appended; submissions and completions count, others do not */
    void appended(ByteBuffer record) {
        int type = record.get(record.position() + TYPE_AT);
        if (type == RecordType.SUBMITTED.number()) {
            add(record.getLong(record.position() + TASK_AT), owedBy(record));
        } else if (type == RecordType.COMPLETED.number()) {
            remove(record.getLong(record.position() + TASK_AT));
        }
    }

    /** @param record one that was not appended; a completion is not tried again: nothing follows its task any more */
    void refused(ByteBuffer record) {
        if (record.get(record.position() + TYPE_AT) == RecordType.COMPLETED.number()) {
            remove(record.getLong(record.position() + TASK_AT));
        }
    }

    private void add(long id, int room) {
        if (2 * tasks >= ids.length) {
            grow();
        }
        int slot = find(id);
        if (owed[slot] == FREE) {
            tasks++;
        }
        bytes += room - owed[slot];
        ids[slot] = id;
        owed[slot] = room;
    }

    private void remove(long id) {
        int hole = find(id);
        if (owed[hole] == FREE) {
            return;
        }
        bytes -= owed[hole];
        owed[hole] = FREE;
        tasks--;
        // Whatever was pushed past the hole moves back, so that no search ends there too early.
        int mask = ids.length - 1;
        for (int slot = hole + 1 & mask; owed[slot] != FREE; slot = slot + 1 & mask) {
            int home = home(ids[slot], mask);
            if ((slot - home & mask) >= (slot - hole & mask)) {
                ids[hole] = ids[slot];
                owed[hole] = owed[slot];
                owed[slot] = FREE;
                hole = slot;
            }
        }
    }

    private int find(long id) {
        int mask = ids.length - 1;
        int slot = home(id, mask);
        while (owed[slot] != FREE && ids[slot] != id) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    // Ids are consecutive, so their low bits spread them best.
    private static int home(long id, int mask) {
        return (int) id & mask;
    }

    private void grow() {
        long[] oldIds = ids;
        int[] oldOwed = owed;
        ids = new long[2 * oldIds.length];
        owed = new int[2 * oldIds.length];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldOwed[i] != FREE) {
                int slot = find(oldIds[i]);
                ids[slot] = oldIds[i];
                owed[slot] = oldOwed[i];
            }
        }
    }
}
