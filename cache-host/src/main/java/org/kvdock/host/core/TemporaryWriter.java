package org.kvdock.host.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;

/** Writes chunks that stay on this host and leave with their last reader. For one thread; it holds nothing in between. */
final class TemporaryWriter implements RequestWriter {
    private final L1 l1;
    private final String requestId;
    private final List<ObjectKey> keys;
    private final int chunkBytes;
    private int next;
    private boolean ended;

    TemporaryWriter(L1 l1, String requestId, List<ObjectKey> keys, int chunkBytes) {
        this.l1 = l1;
        this.requestId = requestId;
        this.keys = List.copyOf(keys);
        this.chunkBytes = chunkBytes;
    }

    @Override
    public int prefixHits() {
        return 0;
    }

    @Override
    public boolean put(int index, Consumer<ByteBuffer> fill) {
        Objects.requireNonNull(fill, "fill");
        requireNotEnded();
        if (index != next || index >= keys.size()) {
            throw new IllegalStateException("put of chunk " + index + ", next is " + next + " of " + keys.size());
        }
        boolean there = l1.contains(keys.get(index));
        if (!there) {
            L1Entry reservation = l1.reserve(keys.get(index), chunkBytes, true);
            boolean filled = false;
            try {
                fill.accept(reservation.view());
                filled = true;
            } finally {
                if (!filled) {
                    l1.abort(reservation);
                }
            }
            l1.finish(reservation, 0);
        }
        next++;
        return !there;
    }

    @Override
    public CompletionStage<RequestStored> finish() {
        requireNotEnded();
        ended = true;
        Bitmap none = new Bitmap(keys.size());
        return CompletableFuture.completedFuture(new RequestStored(requestId, none, none, 0, Optional.empty()));
    }

    @Override
    public void abort() {
        ended = true;
    }

    private void requireNotEnded() {
        if (ended) {
            throw new IllegalStateException("request " + requestId + " is finished or aborted");
        }
    }
}
