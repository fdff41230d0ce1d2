package org.kvdock.l2.base;

import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.TaskJournal;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One accepted task, as the adapter's moving half sees it. Whatever happens, it completes exactly once (R3).
 *
 * <p>A {@link Gate} decides how it ends and lets it end only when no thread is inside a buffer.
 *
 * <p>So a deadline, a cancellation and the adapter may race; one of them decides, and the result is told only when no
 * thread is inside a buffer (R7). Progress (which keys, how many bytes) is guarded by this object's monitor.
 */
@ProviderType
public abstract class Task implements TaskJournal.DurabilityAction {
    private final TaskBook book;
    // Set once, by the submit that accepts the task, before anybody else sees it.
    private long id = -1;
    private final TaskKind kind;
    private final List<ObjectKey> keys;
    private final long bytes;
    private final long acceptedNanos;
    private final long deadlineNanos;
    private final Gate gate = new Gate();

    // Written by the one decider before it leaves the gate, read by the one finisher after it.
    private TaskOutcome outcome;
    private ErrorCode error = ErrorCode.NONE;
    private String errorText = "";
    // Written by the finisher, perhaps again by the one that publishes; then for everybody to read.
    private TaskResult result;
    // Written by the finisher, read by whoever hands the result out.
    private boolean recorded;

    // guarded by this
    private final Bitmap done;
    private final Bitmap moved;
    private final Bitmap unconfirmed;
    private long bytesMoved;
    private ErrorCode noted = ErrorCode.NONE;
    private String notedText = "";

    Task(TaskBook book, TaskKind kind, List<ObjectKey> keys, long bytes) {
        this.book = book;
        this.kind = kind;
        this.keys = keys;
        this.bytes = bytes;
        this.acceptedNanos = book.time().nanos();
        this.deadlineNanos = acceptedNanos + book.settings().deadline(kind).toNanos();
        this.done = new Bitmap(keys.size());
        this.moved = new Bitmap(keys.size());
        this.unconfirmed = new Bitmap(keys.size());
    }

    /** @return the task's id */
    public final long id() {
        return id;
    }

    final void accepted(long id) {
        this.id = id;
    }

    public final TaskKind kind() {
        return kind;
    }

    /** @return the task's keys, in order */
    public final List<ObjectKey> keys() {
        return keys;
    }

    /** @return number of keys */
    public final int size() {
        return done.length();
    }

    /** @return bytes of the task's buffers together */
    public final long bytes() {
        return bytes;
    }

    /** @return {@link System#nanoTime()} at which the task times out */
    public final long deadlineNanos() {
        return deadlineNanos;
    }

    final long acceptedNanos() {
        return acceptedNanos;
    }

    /** @return whether the outcome is decided: whatever is still done for this task is in vain */
    public final boolean isDecided() {
        return gate.decided();
    }

    /**
     * Says why a key failed. The first cause is the one that a failed task tells; the task goes on.
     *
     * @param code the cause
     * @param text one line for people
     */
    public final void note(ErrorCode code, String text) {
        synchronized (this) {
            if (noted == ErrorCode.NONE) {
                noted = code == null ? ErrorCode.INTERNAL : code;
                notedText = said(code, text);
            }
        }
    }

    /**
     * Ends the task as failure; keys that are done so far are told. Without effect on a task that has ended.
     *
     * @param code the cause
     * @param text one line for people; null is as good as the cause's name
     */
    public final void fail(ErrorCode code, String text) {
        decide(TaskOutcome.FAILURE, code, said(code, text));
    }

    /**
     * Ends the task as failure because of something that was thrown: what the base does with whatever a move throws,
     * for moves that go on in threads of the adapter's own.
     *
     * @param thrown the cause
     */
    public final void fail(Throwable thrown) {
        fail(
                thrown instanceof JournalUnavailableException ? ErrorCode.JOURNAL_UNAVAILABLE : ErrorCode.INTERNAL,
                Health.textOf(thrown));
    }

    // A failure without a text must not cost the completion: exceptions without a message are common.
    private static String said(ErrorCode code, String text) {
        return text == null || text.isEmpty() ? String.valueOf(code) : text;
    }

    /**
     * Ends the task with what is done so far. Without effect on a task that has ended.
     */
    public void complete() {
        decide(TaskOutcome.SUCCESS, ErrorCode.NONE, "");
    }

    final void timeOut() {
        decide(
                TaskOutcome.TIMEOUT,
                ErrorCode.DEADLINE,
                kind + " task " + id + ": not done after " + book.settings().deadline(kind).toMillis() + " ms");
    }

    final void cancel() {
        decide(TaskOutcome.CANCELLED, ErrorCode.CANCELLED, kind + " task " + id + ": the adapter was closed");
    }

    final boolean enter() {
        return gate.tryEnter();
    }

    final void leave() {
        if (gate.leaveLast()) {
            finish();
        }
    }

    private void decide(TaskOutcome how, ErrorCode code, String text) {
        if (!gate.tryDecide()) {
            return;
        }
        outcome = how;
        error = code == null ? ErrorCode.INTERNAL : code;
        errorText = text;
        leave();
    }

    private void finish() {
        // The caller's memory is not kept reachable by a task that has ended.
        dropBuffers();
        book.finish(this);
    }

    void dropBuffers() {}

    /** What the adapter's own success becomes, given what is done; stores need every key. */
    abstract boolean succeeds(Bitmap bits);

    /** Whether each bit of the result is a lock that the base has to take. */
    boolean locking() {
        return false;
    }

    final synchronized void markDone(int index, long movedBytes) {
        unconfirmed.clear(index);
        if (!done.test(index)) {
            done.set(index);
            bytesMoved += movedBytes;
            if (movedBytes > 0) {
                moved.set(index);
            }
        }
    }

    final synchronized void markUnconfirmed(int index, boolean maybe) {
        if (maybe) {
            unconfirmed.set(index);
        } else {
            unconfirmed.clear(index);
        }
    }

    /** @param found the bits to tell, or null for what is done */
    final synchronized TaskResult snapshotResult(Bitmap found) {
        Bitmap bits = found == null ? done.copy() : found;
        TaskOutcome how = outcome;
        ErrorCode code = error;
        String text = errorText;
        if (how == TaskOutcome.SUCCESS && !succeeds(bits)) {
            how = TaskOutcome.FAILURE;
            code = noted == ErrorCode.NONE ? ErrorCode.PARTIAL : noted;
            text = notedText.isEmpty() ? bits.count() + " of " + bits.length() + " keys done" : notedText;
        }
        return new TaskResult(
                id, kind, how, bits, moved.copy(), unconfirmed.minus(done), bytesMoved, code, text);
    }

    final boolean decidedAs(TaskOutcome how) {
        return outcome == how;
    }

    /** The result is known; it can be published from now on. Called by the one finisher. */
    final void tell(TaskResult result) {
        this.result = result;
        gate.told();
    }

    /** The journal has the completion. Called by the one finisher. */
    final void recorded() {
        recorded = true;
    }

    /** @return whether the journal has the completion; for the one that hands the result out */
    final boolean isRecorded() {
        return recorded;
    }

    /** @return whether the caller is the one to publish the result; false also before it is told */
    final boolean claimPublication() {
        return gate.claimPublication();
    }

    /** For the one that publishes: what was told did not come true. */
    final void retell(TaskResult instead) {
        result = instead;
    }

    /** For the one that publishes: from now on the result can be fetched. */
    final void show() {
        gate.show();
    }

    /** @return whether the result is not visible yet */
    final boolean inFlight() {
        return !gate.shown();
    }

    /** @return whether the result is there to be fetched */
    final boolean fetchable() {
        return gate.fetchable();
    }

    /** @return whether the caller is the one to hand the result out; false also before it is visible */
    final boolean claimDelivery() {
        return gate.claimDelivery();
    }

    final TaskResult result() {
        return result;
    }

    /** Called by the journal when the completion is as durable as its mode promises. */
    @Override
    public final void run(boolean durable) {
        book.publish(this, durable);
    }
}
