package org.kvdock.l2;

import java.util.Objects;

/**
 * Which request the chunks of a store belong to. A request is stored in one or more batches; the last one says so, and
 * when all of them are committed the proxy is told. An empty last batch only notifies.
 *
 * @param requestId the request's name, 1 to {@value #MAX_REQUEST_ID} characters
 * @param lastBatch whether no further batch of this request follows
 * @param totalChunks chunks that all batches of the request have together, at least 0; the receiver admits all or none
 * @param layout how the chunks are laid out; never null
 */
public record StoreContext(String requestId, boolean lastBatch, int totalChunks, KvLayout layout) {
    /** Longest request id in characters. */
    public static final int MAX_REQUEST_ID = 256;

    /** @throws BadArgumentException if the id's length or the chunk count is out of bounds */
    public StoreContext {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(layout, "layout");
        if (requestId.isEmpty() || requestId.length() > MAX_REQUEST_ID) {
            throw new BadArgumentException("requestId", requestId.length() + " characters", "1 to " + MAX_REQUEST_ID);
        }
        if (totalChunks < 0) {
            throw new BadArgumentException("totalChunks", totalChunks, "at least 0");
        }
    }

    /**
     * @param requestId the request's name
     * @param totalChunks chunks in this single, last batch
     * @return the context of a request that is stored by one task
     */
    public static StoreContext whole(String requestId, int totalChunks) {
        return new StoreContext(requestId, true, totalChunks, KvLayout.OPAQUE);
    }
}
