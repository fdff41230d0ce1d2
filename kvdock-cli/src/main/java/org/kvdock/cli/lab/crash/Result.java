package org.kvdock.cli.lab.crash;

import java.util.Locale;
import org.kvdock.cli.lab.crash.child.Diary;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;

/**
 * A task's result, as a diary tells it and as the journal has it.
 *
 * @param id the task's id in its epoch
 * @param kind its kind
 * @param outcome how it ended
 * @param bits one digit for each key, {@code -} for none
 * @param bytesMoved bytes that were moved
 * @param error the error's name
 */
record Result(long id, TaskKind kind, String outcome, String bits, long bytesMoved, String error) {
    private static final int FIELDS = 6;

    static Result parse(String text) {
        String[] fields = text.split(":");
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not a result: " + text);
        }
        return new Result(
                Long.parseLong(fields[0]), kind(fields[1]), fields[2], fields[3], Long.parseLong(fields[4]), fields[5]);
    }

    static Result of(JournalRecord.Completed record) {
        return new Result(
                record.taskId(),
                record.kind(),
                record.outcome().name(),
                Diary.bits(record.bitmap()),
                record.bytesMoved(),
                record.error().name());
    }

    static TaskKind kind(String name) {
        return TaskKind.valueOf(name.toUpperCase(Locale.ROOT));
    }

    boolean hit(int index) {
        return bits.charAt(index) == '1';
    }
}
