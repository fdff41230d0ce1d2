package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;

/**
 * The chunks of one reservation. For the reactor's thread.
 *
 * <pre>
 *  each chunk:  ASKED --here already--> DONE
 *               ASKED --in flight by another transfer--> DEFERRED --that one committed--> DONE
 *               ASKED, DEFERRED --slot--> GRANTED --committed or refused--> DONE
 *  the whole:   waits for room, until {@code waitUntil} --admitted--> leased --all DONE--> ended
 * </pre>
 */
final class InboundTransfer {
    /** Where a chunk is. */
    enum Chunk {
        ASKED, DEFERRED, GRANTED, DONE
    }

    final TransferOwner owner;
    final RequestName request;
    final long id;
    final int totalChunks;
    final List<ObjectKey> keys;
    final int[] lengths;
    final long waitUntilNanos;
    final Chunk[] chunks;
    /** Memory of chunks that are deferred. */
    final Slot[] slots;
    /** Grants that are not committed. */
    final Set<Grant> grants = new LinkedHashSet<>();
    long leaseEndNanos;
    boolean ended;
    private int done;
    private final List<Grant> granted = new ArrayList<>();
    private final List<Integer> alreadySent = new ArrayList<>();

    InboundTransfer(TransferOwner owner, RequestName request, Message.Reserve reserve, long nowNanos) {
        this.owner = owner;
        this.request = request;
        this.id = reserve.id();
        this.keys = reserve.keys();
        this.lengths = reserve.lengths();
        this.totalChunks = Math.max(reserve.totalChunks(), keys.size());
        this.waitUntilNanos = nowNanos + reserve.waitMillis() * 1_000_000;
        this.chunks = new Chunk[keys.size()];
        Arrays.fill(chunks, Chunk.ASKED);
        this.slots = new Slot[keys.size()];
    }

    int size() {
        return chunks.length;
    }

    /** @return how much it counts against {@link Limits#KEYS_UNDER_WAY} */
    int weight() {
        return Math.max(1, size());
    }

    void done(int index) {
        if (chunks[index] != Chunk.DONE) {
            chunks[index] = Chunk.DONE;
            done++;
        }
    }

    boolean isDone() {
        return done == chunks.length;
    }

    void answerGranted(Grant grant) {
        chunks[grant.index] = Chunk.GRANTED;
        grants.add(grant);
        granted.add(grant);
    }

    void answerAlreadySent(int index) {
        done(index);
        alreadySent.add(index);
    }

    /** Tells the owner what has been decided since the last time. */
    void answer() {
        List<Grant> slots = List.copyOf(granted);
        int[] already = alreadySent.stream().mapToInt(Integer::intValue).toArray();
        granted.clear();
        alreadySent.clear();
        owner.allocated(this, slots, already);
    }
}
