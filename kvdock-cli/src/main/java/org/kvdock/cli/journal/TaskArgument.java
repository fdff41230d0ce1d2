package org.kvdock.cli.journal;

import org.kvdock.cli.UsageException;
import org.kvdock.l2.journal.JournalRecord;

/** A task's name on the command line: {@code EPOCH/ID}. */
record TaskArgument(long epoch, long id) {
    static TaskArgument parse(String option, String text) throws UsageException {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == 2 && !text.contains("-")) {
                return new TaskArgument(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new UsageException(option + ": " + text + " is not allowed, must be an epoch and a task's id, as in 0/17");
    }

    /** @return whether the record is about this task */
    boolean isIn(JournalRecord record) {
        if (record instanceof JournalRecord.Abandoned gone) {
            return gone.taskEpoch() == epoch && gone.taskId() == id;
        }
        if (record.header().epoch() != epoch) {
            return false;
        }
        return record instanceof JournalRecord.Submitted one && one.taskId() == id
                || record instanceof JournalRecord.Completed two && two.taskId() == id
                || record instanceof JournalRecord.Delivered three && three.taskIds().contains(id);
    }
}
