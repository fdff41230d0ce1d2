package org.kvdock.l2.pd.sender;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskResult;

/**
 * Adds up the batches of each request and says once how the request went: arrived when the last batch and all of its
 * chunks are stored, failed as soon as one batch is not. Safe for all threads; guarded by this object's monitor.
 */
final class RequestTracker {
    /** Requests whose last batch is missing; past this many the oldest is forgotten. */
    private static final int MAX_OPEN = 1 << 16;

    /** Told how requests went, each once, with no lock held. */
    interface Outcome {
        /** All chunks of the request are committed at the receiver. */
        void arrived(String requestId);

        /** A batch of the request has failed. */
        void failed(String requestId, String error);
    }

    private static final class Progress {
        int stored;
        boolean last;
        boolean failed;
    }

    private final Outcome outcome;
    private final Map<String, Progress> open = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Progress> eldest) {
            return size() > MAX_OPEN;
        }
    };

    RequestTracker(Outcome outcome) {
        this.outcome = outcome;
    }

    /**
     * A batch's task has completed.
     *
     * @param context the batch's
     * @param chunks how many chunks the batch has
     */
    void completed(StoreContext context, int chunks, TaskResult result) {
        boolean arrived;
        boolean failedNow = false;
        synchronized (this) {
            Progress progress = open.computeIfAbsent(context.requestId(), id -> new Progress());
            progress.last |= context.lastBatch();
            if (result.success()) {
                progress.stored += chunks;
            } else {
                failedNow = !progress.failed;
                progress.failed = true;
            }
            arrived = progress.last && !progress.failed && progress.stored >= context.totalChunks();
            if (arrived || progress.failed && progress.last) {
                open.remove(context.requestId());
            }
        }
        if (failedNow) {
            outcome.failed(context.requestId(), result.errorText());
        } else if (arrived) {
            outcome.arrived(context.requestId());
        }
    }
}
