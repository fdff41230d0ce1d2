package org.kvdock.host.control;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.kvdock.host.Prefetched;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;

/** Read-locked chunks in L1, as their reader sees them. */
final class PrefetchedChunks implements Prefetched {
    private final String requestId;
    private final List<L1Entry> entries;
    private final L1 l1;
    private final Consumer<String> unpin;
    private final AtomicBoolean closed = new AtomicBoolean();

    PrefetchedChunks(String requestId, List<L1Entry> entries, L1 l1, Consumer<String> unpin) {
        this.requestId = requestId;
        this.entries = List.copyOf(entries);
        this.l1 = l1;
        this.unpin = unpin;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public int prefix() {
        return entries.size();
    }

    @Override
    public ByteBuffer view(int index) {
        if (closed.get()) {
            throw new IllegalStateException("request " + requestId + " is closed");
        }
        return entries.get(Objects.checkIndex(index, entries.size())).view().asReadOnlyBuffer();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            l1.unlock(entries);
            unpin.accept(requestId);
        }
    }
}
