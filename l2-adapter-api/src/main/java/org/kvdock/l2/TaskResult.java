package org.kvdock.l2;

import java.util.Objects;

/**
 * What came of one task, handed out once (R6). All bitmaps have one bit for each key of the task, in the order of the
 * submit's list; treat them as read-only.
 *
 * @param taskId the id that submit returned
 * @param kind the task's kind
 * @param outcome how it ended
 * @param bitmap store: keys that are stored (also those that were there already); lookup: keys found (and locked);
 *     load: keys whose bytes are in the caller's buffer
 * @param moved store: keys whose bytes were really moved, the rest of {@code bitmap} was there already; load: equal to
 *     {@code bitmap}; lookup: no bit
 * @param unconfirmed store: keys whose commit went out unanswered, they may be visible at the other side, but only
 *     whole (R8); otherwise no bit
 * @param bytesMoved bytes that were really moved
 * @param error why it did not succeed, {@link ErrorCode#NONE} for success
 * @param errorText one line for people, empty for success
 */
public record TaskResult(
        long taskId,
        TaskKind kind,
        TaskOutcome outcome,
        Bitmap bitmap,
        Bitmap moved,
        Bitmap unconfirmed,
        long bytesMoved,
        ErrorCode error,
        String errorText) {

    public TaskResult {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(bitmap, "bitmap");
        Objects.requireNonNull(moved, "moved");
        Objects.requireNonNull(unconfirmed, "unconfirmed");
        Objects.requireNonNull(error, "error");
        errorText = OneLine.of(Objects.requireNonNull(errorText, "errorText"));
    }

    /** @return whether the outcome is {@link TaskOutcome#SUCCESS} */
    public boolean success() {
        return outcome == TaskOutcome.SUCCESS;
    }
}
