package org.kvdock.host.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.control.StoreJob;
import org.kvdock.host.l1.L1;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.ObjectKey;

/**
 * Writes one request into L1. For one thread, and the one that ends the write lease: {@code entries} and {@code state}
 * are guarded by this object's monitor, under which only L1 and the hand-over to the store controller are called; the caller's fill
 * runs without it.
 */
final class HostWriter implements RequestWriter {
    /** OPEN goes to FILLING for each chunk and back; everything else is final. */
    private enum State {
        OPEN, FILLING, FINISHED, ABORTED, LEASE_OVER
    }

    private final Host host;
    private final L1 l1;
    private final String requestId;
    private final List<ObjectKey> keys;
    private final int chunkBytes;
    /** One for each key so far, read-locked for the store. */
    private final List<L1Entry> entries = new ArrayList<>();
    private final int prefixHits;
    private final Runnable stopLease;
    private State state = State.OPEN;

    /** @param lease begins the write lease: given what ends it, gives what stops it */
    HostWriter(
            Host host, L1 l1, String requestId, List<ObjectKey> keys, int chunkBytes, Function<Runnable, Runnable> lease) {
        this.host = host;
        this.l1 = l1;
        this.requestId = requestId;
        this.keys = List.copyOf(keys);
        this.chunkBytes = chunkBytes;
        l1.lockPrefix(this.keys, entries);
        this.prefixHits = entries.size();
        this.stopLease = lease.apply(this::leaseOver);
    }

    @Override
    public int prefixHits() {
        return prefixHits;
    }

    @Override
    public boolean put(int index, Consumer<ByteBuffer> fill) {
        Objects.requireNonNull(fill, "fill");
        L1Entry reservation;
        synchronized (this) {
            requireOpen();
            if (index != entries.size() || index >= keys.size()) {
                throw new IllegalStateException(
                        "put of chunk " + index + ", next is " + entries.size() + " of " + keys.size());
            }
            Optional<L1Entry> there = l1.lock(keys.get(index), true);
            if (there.isPresent()) {
                entries.add(there.get());
                return false;
            }
            reservation = l1.reserve(keys.get(index), chunkBytes, false);
            state = State.FILLING;
        }
        boolean filled = false;
        try {
            fill.accept(reservation.view());
            filled = true;
        } finally {
            filled(reservation, filled);
        }
        return true;
    }

    private synchronized void filled(L1Entry reservation, boolean whole) {
        if (state == State.FILLING) {
            state = State.OPEN;
            if (whole) {
                entries.add(l1.finish(reservation, 1));
                return;
            }
        }
        l1.abort(reservation);
        if (whole) {
            requireOpen();
        }
    }

    @Override
    public CompletionStage<RequestStored> finish() {
        StoreJob job;
        synchronized (this) {
            requireOpen();
            job = new StoreJob(requestId, keys.size(), keys.subList(0, entries.size()), entries);
            host.store(job);
            state = State.FINISHED;
        }
        stopLease.run();
        return job.stage();
    }

    @Override
    public void abort() {
        end(State.ABORTED);
        stopLease.run();
    }

    private void leaseOver() {
        end(State.LEASE_OVER);
    }

    private synchronized void end(State how) {
        // A fill that is under way still writes into its reservation, which is given back when it returns.
        if (state == State.OPEN || state == State.FILLING) {
            state = how;
            l1.unlock(entries);
            host.notStored();
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("request " + requestId + " cannot be written any more: " + state);
        }
    }
}
