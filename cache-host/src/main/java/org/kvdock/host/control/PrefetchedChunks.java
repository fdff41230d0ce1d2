package org.kvdock.host.control;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kvdock.host.Prefetched;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;

/**
 * Read-locked chunks in L1, as their reader sees them. Closing and the end of the lease race; the first one gives the
 * locks back.
 */
public final class PrefetchedChunks implements Prefetched {
    private enum State {
        OPEN, CLOSED, LEASE_OVER
    }

    private final String requestId;
    /** By position; null where the chunk is not here. */
    private final L1Entry[] entries;
    private final Bitmap found;
    private final L1 l1;
    private final Consumer<String> unpin;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final Runnable stopLease;

    /**
     * @param entries by position, each with a read lock that becomes this object's to give back; null: not here
     * @param unpin told the request's id when the locks have been given back
     * @param lease begins the lease: given what ends it, gives what stops it
     */
    public PrefetchedChunks(
            String requestId, L1Entry[] entries, L1 l1, Consumer<String> unpin, Function<Runnable, Runnable> lease) {
        this.requestId = requestId;
        this.entries = entries.clone();
        this.l1 = l1;
        this.unpin = unpin;
        this.found = new Bitmap(entries.length);
        for (int i = 0; i < entries.length; i++) {
            if (entries[i] != null) {
                found.set(i);
            }
        }
        this.stopLease = lease.apply(() -> end(State.LEASE_OVER));
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public Bitmap found() {
        return found;
    }

    @Override
    public ByteBuffer view(int index) {
        if (state.get() != State.OPEN) {
            throw new IllegalStateException("request " + requestId + " is "
                    + (state.get() == State.CLOSED ? "closed" : "not readable any more: its read lease is over"));
        }
        L1Entry entry = entries[Objects.checkIndex(index, entries.length)];
        if (entry == null) {
            throw new IndexOutOfBoundsException("chunk " + index + " of request " + requestId + " is not here");
        }
        return entry.view().asReadOnlyBuffer();
    }

    @Override
    public void close() {
        end(State.CLOSED);
        stopLease.run();
    }

    private void end(State how) {
        if (state.compareAndSet(State.OPEN, how)) {
            List<L1Entry> held = Arrays.stream(entries).filter(Objects::nonNull).toList();
            l1.unlock(held);
            unpin.accept(requestId);
        }
    }
}
