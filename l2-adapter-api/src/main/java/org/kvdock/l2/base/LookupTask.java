package org.kvdock.l2.base;

import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/** A lookup: which keys are held, with a lock on each of them. */
public final class LookupTask extends Task {
    private volatile boolean locking;

    LookupTask(TaskBook book, List<ObjectKey> keys) {
        super(book, TaskKind.LOOKUP, keys, 0);
    }

    /**
     * Ends the lookup with what this adapter's own index holds at that moment, one lock taken for each key. Finding,
     * locking and recording are one step.
     */
    public void completeLocking() {
        locking = true;
        complete();
    }

    /**
     * Somebody else holds this key; no lock is taken for it. End with {@link #complete()}.
     *
     * @param index position of a key
     */
    public void heldElsewhere(int index) {
        markDone(index, 0);
    }

    @Override
    boolean succeeds(Bitmap bits) {
        return true;
    }

    @Override
    boolean locking() {
        return locking;
    }
}
