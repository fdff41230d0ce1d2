package org.kvdock.host.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.control.StoreJob;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.ObjectKey;

/** Writes one request into L1. For one thread. */
final class HostWriter implements RequestWriter {
    private final Host host;
    private final L1 l1;
    private final String requestId;
    private final List<ObjectKey> keys;
    private final int chunkBytes;
    /** One for each key so far, read-locked for the store. */
    private final List<L1Entry> entries = new ArrayList<>();
    private final int prefixHits;
    private boolean ended;

    HostWriter(Host host, L1 l1, String requestId, List<ObjectKey> keys, int chunkBytes) {
        this.host = host;
        this.l1 = l1;
        this.requestId = requestId;
        this.keys = List.copyOf(keys);
        this.chunkBytes = chunkBytes;
        l1.lockPrefix(this.keys, entries);
        this.prefixHits = entries.size();
    }

    @Override
    public int prefixHits() {
        return prefixHits;
    }

    @Override
    public boolean put(int index, Consumer<ByteBuffer> fill) {
        Objects.requireNonNull(fill, "fill");
        requireNotEnded();
        if (index != entries.size() || index >= keys.size()) {
            throw new IllegalStateException("put of chunk " + index + ", next is " + entries.size() + " of " + keys.size());
        }
        ObjectKey key = keys.get(index);
        Optional<L1Entry> there = l1.lock(key, true);
        if (there.isPresent()) {
            entries.add(there.get());
            return false;
        }
        L1Entry reservation = l1.reserve(key, chunkBytes);
        boolean filled = false;
        try {
            fill.accept(reservation.view());
            filled = true;
        } finally {
            if (!filled) {
                l1.abort(reservation);
            }
        }
        entries.add(l1.finish(reservation, 1));
        return true;
    }

    @Override
    public CompletionStage<RequestStored> finish() {
        requireNotEnded();
        StoreJob job = new StoreJob(requestId, keys.size(), keys.subList(0, entries.size()), entries);
        host.store(job);
        ended = true;
        return job.stage();
    }

    @Override
    public void abort() {
        if (!ended) {
            ended = true;
            l1.unlock(entries);
        }
    }

    private void requireNotEnded() {
        if (ended) {
            throw new IllegalStateException("request " + requestId + " is finished or aborted");
        }
    }
}
