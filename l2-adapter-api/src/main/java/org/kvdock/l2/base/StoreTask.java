package org.kvdock.l2.base;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;

/** A store: bytes go from the caller's buffers to L2. It succeeds when every key is stored (R8). */
public final class StoreTask extends Task {
    private final Optional<StoreContext> context;
    private final int[] lengths;
    private volatile List<KvBuffer> objects;
    /** The link of {@link DoneStores}, which alone touches it. */
    StoreTask next;

    StoreTask(
            TaskBook book, List<ObjectKey> keys, List<KvBuffer> objects, long bytes, Optional<StoreContext> context) {
        super(book, TaskKind.STORE, keys, bytes);
        this.objects = objects;
        this.context = context;
        this.lengths = Arguments.lengths(objects);
    }

    /** @return which request the chunks belong to */
    public Optional<StoreContext> context() {
        return context;
    }

    /**
     * @param index position of a key
     * @return its chunk's length in bytes
     */
    public int length(int index) {
        return lengths[index];
    }

    /**
     * Reads a chunk. While the I/O runs the task does not complete, so keep it short: a slice at a time.
     *
     * @param index position of a key
     * @param io reads the view; must not write into it
     * @return false, without having run the I/O, if the task has ended and its buffers may not be touched any more
     * @throws E as the I/O does
     */
    public <E extends Exception> boolean read(int index, BufferIo<E> io) throws E {
        if (!enter()) {
            return false;
        }
        try {
            io.run(objects.get(index).view().asReadOnlyBuffer());
            return true;
        } finally {
            leave();
        }
    }

    /**
     * Makes a key visible and counts it, as one step that no deadline can split: either the publication runs and the
     * result tells the key, or neither.
     *
     * @param index position of a key
     * @param movedBytes bytes that were really moved for it, 0 if it was there already
     * @param publication makes the key visible; false if it could not
     * @return false if the task has ended (the publication did not run) or the publication returned false
     */
    public boolean commit(int index, long movedBytes, BooleanSupplier publication) {
        if (!enter()) {
            return false;
        }
        try {
            if (!publication.getAsBoolean()) {
                return false;
            }
            markDone(index, movedBytes);
            return true;
        } finally {
            leave();
        }
    }

    /**
     * A key is stored at the other side, which has confirmed it. Counts also while a decided task waits for its buffers.
     *
     * @param index position of a key
     * @param movedBytes bytes that were really moved for it, 0 if it was there already
     */
    public void stored(int index, long movedBytes) {
        markDone(index, movedBytes);
    }

    /**
     * A commit for this key goes out now: until {@link #stored} or {@link #refused} follows, the result calls it
     * unconfirmed (R8).
     *
     * @param index position of a key
     */
    public void committing(int index) {
        markUnconfirmed(index, true);
    }

    /**
     * The other side has refused the key's commit.
     *
     * @param index position of a key
     */
    public void refused(int index) {
        markUnconfirmed(index, false);
    }

    @Override
    boolean succeeds(Bitmap bits) {
        return bits.all();
    }

    @Override
    void dropBuffers() {
        objects = List.of();
    }
}
