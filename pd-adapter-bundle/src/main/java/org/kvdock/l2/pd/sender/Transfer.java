package org.kvdock.l2.pd.sender;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * The chunks of one store task that go over one link. For the reactor's thread.
 *
 * <pre>
 *  each chunk:  ASKED --already there--> STORED
 *               ASKED --slot--> GRANTED --last slice in the sink--> WRITTEN --landing--> LANDING --commit sent--> COMMITTING
 *               COMMITTING --acknowledged--> STORED        COMMITTING --refused--> REFUSED
 *               any but STORED, REFUSED --link lost or lease ended--> ASKED
 *               STORED, REFUSED --asked again after a lost link, slot--> GRANTED
 * </pre>
 */
final class Transfer {
    /** What {@link #fill} came to. */
    enum Filled {
        /** The buffer has no room for another slice. */
        FULL,
        /** Nothing is left to write; {@link #landing} and {@link #commit} follow. */
        DRY,
        /** The task has ended; its buffers may not be read any more. */
        ENDED
    }

    /** For a receiver's "no room" to arrive. */
    private static final long ANSWER_MILLIS = 1000;

    private enum Chunk {
        ASKED, GRANTED, WRITTEN, LANDING, COMMITTING, STORED, REFUSED
    }

    private final long id;
    private final StoreTask task;
    private final int[] positions;
    private final Chunk[] chunks;
    private final boolean[] unconfirmed;
    private final ChunkSink.Place[] places;
    private final int[] checksums;
    private final Map<Long, Integer> bySlot = new HashMap<>();
    private final ArrayDeque<Integer> toWrite = new ArrayDeque<>();
    private final CRC32C checksum = new CRC32C();
    private int writing = -1;
    private int offset;
    private int resolved;
    private boolean answered;

    Transfer(long id, StoreTask task, int[] positions) {
        this.id = id;
        this.task = task;
        this.positions = positions;
        this.chunks = new Chunk[positions.length];
        Arrays.fill(chunks, Chunk.ASKED);
        this.unconfirmed = new boolean[positions.length];
        this.places = new ChunkSink.Place[positions.length];
        this.checksums = new int[positions.length];
    }

    long id() {
        return id;
    }

    StoreTask task() {
        return task;
    }

    /** @return number of chunks */
    int size() {
        return positions.length;
    }

    /** @return bytes of a chunk */
    int length(int index) {
        return task.length(positions[index]);
    }

    /** @return whether nothing is left to do: every chunk is stored or refused, and the receiver has answered */
    boolean isResolved() {
        return answered && resolved == positions.length;
    }

    /** Asks for what is not stored yet. */
    Message.Reserve reserve(long epoch, long nowNanos) {
        List<ObjectKey> keys = new ArrayList<>(positions.length);
        int[] lengths = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            keys.add(task.keys().get(positions[i]));
            lengths[i] = task.length(positions[i]);
        }
        // A little less than the task has left, so that the receiver's answer is there before the deadline. A tenth of a
        // short one is less than a busy machine needs for that.
        long left = Math.max(2, (task.deadlineNanos() - nowNanos) / 1_000_000);
        long wait = left - Math.max(left / 10, Math.min(left / 2, ANSWER_MILLIS));
        return new Message.Reserve(
                id,
                epoch,
                task.context().map(StoreContext::requestId).orElse(""),
                task.context().map(StoreContext::lastBatch).orElse(true),
                task.context().map(StoreContext::totalChunks).orElse(positions.length),
                wait,
                keys,
                lengths,
                task.context().map(StoreContext::layout).orElse(KvLayout.OPAQUE));
    }

    /** @return whether there is something to write now */
    boolean allocated(Message.Alloc alloc) throws ProtocolException {
        answered = true;
        for (int index : alloc.alreadySent()) {
            if (chunk(index) == Chunk.ASKED) {
                // Its commit may have gone out over a link that was lost: then these bytes were moved by this task.
                task.stored(positions[index], unconfirmed[index] ? task.length(positions[index]) : 0);
                resolve(index, Chunk.STORED);
            }
        }
        for (int i = 0; i < alloc.indexes().length; i++) {
            int index = alloc.indexes()[i];
            if (chunk(index) == Chunk.STORED || chunk(index) == Chunk.REFUSED) {
                // Resolved before the link was lost, and not there now: it is sent again.
                resolved--;
            } else if (chunk(index) != Chunk.ASKED) {
                throw new ProtocolException("indexes", index, "of keys that were asked for and not answered");
            }
            if (unconfirmed[index]) {
                unconfirmed[index] = false;
                task.refused(positions[index]);
            }
            chunks[index] = Chunk.GRANTED;
            boolean inSegment = alloc.segments().length > 0;
            places[index] = new ChunkSink.Place(
                    alloc.slots()[i], inSegment ? alloc.segments()[i] : 0, inSegment ? alloc.offsets()[i] : 0);
            bySlot.put(places[index].number(), index);
            toWrite.add(index);
        }
        return !toWrite.isEmpty();
    }

    private Chunk chunk(int index) throws ProtocolException {
        if (index >= chunks.length) {
            throw new ProtocolException("indexes", index, "less than " + chunks.length);
        }
        return chunks[index];
    }

    /** Looks at where the granted chunks that are not written yet go. */
    void eachToWrite(PlaceCheck check) throws ProtocolException {
        for (int index : toWrite) {
            check.check(places[index], length(index));
        }
    }

    /** Looks at where a chunk goes. */
    interface PlaceCheck {
        void check(ChunkSink.Place place, int length) throws ProtocolException;
    }

    /** Puts slices of granted chunks into the sink, as far as it has room, and sums them up. */
    Filled fill(ChunkSink sink) {
        for (;;) {
            if (writing < 0) {
                if (toWrite.isEmpty()) {
                    return Filled.DRY;
                }
                writing = toWrite.poll();
                offset = 0;
                checksum.reset();
            }
            int left = task.length(positions[writing]) - offset;
            if (left > 0) {
                int bytes = sink.room(left);
                if (bytes == 0) {
                    return Filled.FULL;
                }
                if (!slice(sink, bytes)) {
                    return Filled.ENDED;
                }
                left = task.length(positions[writing]) - offset;
            }
            if (left == 0) {
                checksums[writing] = (int) checksum.getValue();
                chunks[writing] = Chunk.WRITTEN;
                writing = -1;
            }
        }
    }

    private boolean slice(ChunkSink sink, int bytes) {
        boolean alive = task.read(positions[writing], view -> {
            ByteBuffer slice = view.slice(offset, bytes);
            checksum.update(slice.duplicate());
            sink.put(places[writing], offset, slice);
        });
        offset += bytes;
        return alive;
    }

    /** @return slots that are written; they are committed when their bytes have arrived */
    long[] landing() {
        long[] slots = new long[chunks.length];
        int count = 0;
        for (int i = 0; i < chunks.length; i++) {
            if (chunks[i] == Chunk.WRITTEN) {
                chunks[i] = Chunk.LANDING;
                slots[count++] = places[i].number();
            }
        }
        return Arrays.copyOf(slots, count);
    }

    /**
     * Commits what has arrived.
     *
     * @param landed slots that {@link #landing} gave; those that are not this transfer's any more are left out, and what
     *     comes after its task's end
     */
    Message.Commit commit(long epoch, long[] landed) {
        long[] slots = Arrays.stream(landed).filter(this::isLanding).filter(this::announce).toArray();
        int[] lengths = new int[slots.length];
        int[] sums = new int[slots.length];
        for (int i = 0; i < slots.length; i++) {
            int index = bySlot.get(slots[i]);
            lengths[i] = task.length(positions[index]);
            sums[i] = checksums[index];
        }
        return new Message.Commit(id, epoch, slots, lengths, sums);
    }

    // While the task cannot end: either its result says that this chunk may be visible (R8), or no commit goes out.
    private boolean announce(long slot) {
        int index = bySlot.get(slot);
        return task.read(positions[index], bytes -> {
            chunks[index] = Chunk.COMMITTING;
            unconfirmed[index] = true;
            task.committing(positions[index]);
        });
    }

    private boolean isLanding(long slot) {
        Integer index = bySlot.get(slot);
        return index != null && chunks[index] == Chunk.LANDING;
    }

    /** The receiver has answered a commit. */
    void acknowledged(Message.CommitAck ack) throws ProtocolException {
        for (long slot : ack.stored()) {
            int index = committing(slot);
            task.stored(positions[index], task.length(positions[index]));
            resolve(index, Chunk.STORED);
        }
        for (long slot : ack.refused()) {
            if (!bySlot.containsKey(slot)) {
                // Its lease had ended when the commit came; it is asked for again already.
                continue;
            }
            int index = committing(slot);
            task.refused(positions[index]);
            task.note(ack.code() == ErrorCode.NONE ? ErrorCode.PEER_REFUSED : ack.code(), ack.text());
            resolve(index, Chunk.REFUSED);
        }
    }

    private int committing(long slot) throws ProtocolException {
        Integer index = bySlot.get(slot);
        if (index == null || chunks[index] != Chunk.COMMITTING) {
            throw new ProtocolException("slots", slot, "slots whose commit is not answered");
        }
        return index;
    }

    private void resolve(int index, Chunk as) {
        chunks[index] = as;
        unconfirmed[index] = false;
        resolved++;
    }

    /** The receiver refuses what is not stored yet. */
    void refused(ErrorCode code, String text) {
        answered = true;
        task.note(code, text);
        for (int i = 0; i < chunks.length; i++) {
            if (chunks[i] != Chunk.STORED && chunks[i] != Chunk.REFUSED) {
                resolve(i, Chunk.REFUSED);
            }
        }
    }

    /** What was reserved is gone; {@link #reserve} asks again. */
    void reset() {
        for (int i = 0; i < chunks.length; i++) {
            if (chunks[i] != Chunk.STORED && chunks[i] != Chunk.REFUSED) {
                chunks[i] = Chunk.ASKED;
            }
        }
        bySlot.clear();
        toWrite.clear();
        writing = -1;
        answered = false;
    }
}
