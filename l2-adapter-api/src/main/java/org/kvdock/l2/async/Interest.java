package org.kvdock.l2.async;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/**
 * One caller's interest in one task. The stage's own first completion decides whether the caller gets the result or had
 * given it up before: there is no state beside it that could disagree.
 */
final class Interest {
    private static final System.Logger LOG = System.getLogger(Interest.class.getName());

    private final TaskKind kind;
    private final List<ObjectKey> locking;
    private final CompletableFuture<TaskResult> stage = new CompletableFuture<>();

    /** @param locking the keys that the result's bits lock; empty for stores and loads */
    Interest(TaskKind kind, List<ObjectKey> locking) {
        this.kind = kind;
        this.locking = locking;
    }

    TaskKind kind() {
        return kind;
    }

    CompletableFuture<TaskResult> stage() {
        return stage;
    }

    /** Tells the result, or drops it. On the poller's thread, with no lock held; throws nothing. */
    void end(TaskResult result, L2Adapter adapter) {
        try {
            if (!stage.complete(result) && kind == TaskKind.LOOKUP && !result.bitmap().isEmpty()) {
                adapter.submitUnlock(result.bitmap().gather(locking));
            }
        } catch (ClosedException e) {
            // The locks went with the adapter's epoch.
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, adapter.name() + ": after " + kind + " task " + result.taskId(), e);
        }
    }

    /** The result will not come. On the poller's thread, with no lock held; throws nothing. */
    void abandon(Throwable cause) {
        try {
            stage.completeExceptionally(cause);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "after an abandoned " + kind + " task", e);
        }
    }
}
