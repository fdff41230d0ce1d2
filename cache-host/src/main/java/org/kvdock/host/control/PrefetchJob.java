package org.kvdock.host.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.kvdock.host.PrefetchTicket;
import org.kvdock.host.Prefetched;
import org.kvdock.host.Trim;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;

/**
 * One request on its way into L1. Made by the caller's thread, then confined to the prefetch controller's.
 *
 * <pre>
 *  QUEUED --> LOOKING_UP --> LOADING --> DONE      any of them may go to DONE at the deadline
 * </pre>
 */
public final class PrefetchJob implements PrefetchTicket {
    enum Phase {
        QUEUED, LOOKING_UP, LOADING, DONE
    }

    final String requestId;
    final List<ObjectKey> keys;
    final int chunkBytes;
    final long deadlineNanos;
    final CompletableFuture<Bitmap> expected = new CompletableFuture<>();
    final CompletableFuture<Prefetched> ready = new CompletableFuture<>();
    /** By position: the chunk in L1, read-locked for this job; null where it is not there. */
    final L1Entry[] held;
    /** Bits by position, each a lock that this job holds at that adapter. */
    final Map<Berth, Bitmap> found = new LinkedHashMap<>();
    ControllerLoop.Timer planTimer;
    /** When it is planned at the latest. */
    long planAtNanos;
    ControllerLoop.Timer deadlineTimer;
    /** Lookups that the plan waits for. */
    int lookupsOpen;
    /** Whether those who have answered have every chunk together. */
    boolean covered;
    /** Chunks that are still to come. */
    int chunksOpen;
    /** Tasks at adapters that are not finished; outlives DONE. */
    int tasksOpen;
    final Trim trim;
    private Phase phase = Phase.QUEUED;

    public PrefetchJob(String requestId, List<ObjectKey> keys, int chunkBytes, long deadlineNanos, Trim trim) {
        this.requestId = requestId;
        this.keys = List.copyOf(keys);
        this.chunkBytes = chunkBytes;
        this.deadlineNanos = deadlineNanos;
        this.trim = trim;
        this.held = new L1Entry[this.keys.size()];
    }

    @Override
    public CompletionStage<Bitmap> expected() {
        return expected;
    }

    @Override
    public CompletionStage<Prefetched> ready() {
        return ready;
    }

    Phase phase() {
        return phase;
    }

    boolean isDone() {
        return phase == Phase.DONE;
    }

    void advance(Phase to) {
        if (to.compareTo(phase) <= 0) {
            throw new IllegalStateException(requestId + ": from " + phase + " to " + to);
        }
        phase = to;
    }

    List<Integer> missing() {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            if (held[i] == null) {
                positions.add(i);
            }
        }
        return positions;
    }

    List<ObjectKey> keysAt(List<Integer> positions) {
        return positions.stream().map(keys::get).toList();
    }

    /** @return one bit for each chunk that is here */
    Bitmap here() {
        Bitmap here = new Bitmap(held.length);
        for (int i = 0; i < held.length; i++) {
            if (held[i] != null) {
                here.set(i);
            }
        }
        return here;
    }

    /** @return all chunks that are here */
    List<L1Entry> held() {
        return Stream.of(held).filter(Objects::nonNull).toList();
    }

    /** Takes what is held and not to be kept out of the job. */
    List<L1Entry> takeAllBut(Bitmap kept) {
        List<L1Entry> taken = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            if (held[i] != null && !kept.test(i)) {
                taken.add(held[i]);
                held[i] = null;
            }
        }
        return taken;
    }
}
