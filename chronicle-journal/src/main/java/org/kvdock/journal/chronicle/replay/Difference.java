package org.kvdock.journal.chronicle.replay;

import org.kvdock.l2.TaskKind;

/**
 * Something about a task that came out otherwise than recorded.
 *
 * @param epoch the epoch that recorded the task
 * @param taskId its id there
 * @param kind its kind
 * @param what which part of its result: submit, outcome, bitmap, bytes_moved, error, content
 * @param recorded as the journal has it
 * @param replayed as it is now
 */
public record Difference(long epoch, long taskId, TaskKind kind, String what, String recorded, String replayed) {
    /** @return one line */
    @Override
    public String toString() {
        return epoch + "/" + taskId + " " + kind + " " + what + ": recorded " + recorded + ", replayed " + replayed;
    }
}
