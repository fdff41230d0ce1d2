package org.kvdock.l2.pd;

import java.util.List;
import java.util.function.Consumer;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.Holdings;
import org.kvdock.l2.ObjectKey;

/**
 * The host's {@link Holdings}, which come and go while the adapter stays. Safe for all threads; set and clear are
 * guarded by this object's monitor.
 */
public final class HoldingsRef {
    /** What is told about requests. */
    public interface Reader {
        /** The request has been read or given up by its reader. */
        void read(String requestId);

        /** The host has gone, and with it whoever would have read. */
        void hostGone();
    }

    private volatile Holdings holdings = Holdings.NONE;
    private AutoCloseable registration = () -> {};
    private volatile Reader reader;
    // Whether this thread is inside an unpin of its own, of which it need not be told.
    private final ThreadLocal<Boolean> unpinning = ThreadLocal.withInitial(() -> false);

    /** No host yet. */
    public HoldingsRef() {}

    /** @param reader told from now on */
    public void setReader(Reader reader) {
        this.reader = reader;
    }

    /** A host has come; the one that was there before, if any, is not listened to any more. */
    public synchronized void set(Holdings host) {
        boolean replaced = present();
        letGo();
        holdings = host;
        registration = host.onUnpin(requestId -> {
            if (!unpinning.get()) {
                tell(to -> to.read(requestId));
            }
        });
        if (replaced) {
            tell(Reader::hostGone);
        }
    }

    /** A host has gone. */
    public synchronized void clear(Holdings host) {
        if (holdings != host) {
            return;
        }
        letGo();
        tell(Reader::hostGone);
    }

    private void letGo() {
        holdings = Holdings.NONE;
        try {
            registration.close();
        } catch (Exception e) {
            // The host is gone with its listeners.
        }
    }

    private void tell(Consumer<Reader> what) {
        Reader to = reader;
        if (to != null) {
            what.accept(to);
        }
    }

    /** @return whether somebody tells when requests are read */
    public boolean present() {
        return holdings != Holdings.NONE;
    }

    /** @return one bit for each key that L1 holds, pinned for the request from now on */
    public Bitmap pin(String requestId, List<ObjectKey> keys) {
        return keys.isEmpty() ? new Bitmap(0) : holdings.pin(requestId, keys);
    }

    /** Ends the request's pins in L1; this adapter's reader is not told. */
    public void unpin(String requestId) {
        unpinning.set(true);
        try {
            holdings.unpin(requestId);
        } finally {
            unpinning.remove();
        }
    }
}
