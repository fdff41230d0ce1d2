package org.kvdock.host;

import java.nio.ByteBuffer;
import org.kvdock.l2.Bitmap;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The chunks of a request that are here, read-locked in L1 until this is closed or the read lease is over. Safe for all
 * threads.
 */
@ProviderType
public interface Prefetched extends AutoCloseable {
    /** @return the request's name */
    String requestId();

    /** @return one bit for each chunk of the request that is here; treat it as read-only */
    Bitmap found();

    /** @return how many leading chunks are here */
    default int prefix() {
        return found().leadingOnes();
    }

    /**
     * @param index position of a chunk that was {@link #found()}
     * @return its bytes: read-only, position 0, limit its length; not to be used after close, when the memory may get
     *     other bytes
     * @throws IndexOutOfBoundsException if there is no such chunk here
     * @throws IllegalStateException after close, or when the read lease is over
     */
    ByteBuffer view(int index);

    /** Releases the locks and ends the request's pins ({@code Holdings.unpin}). May be called again. */
    @Override
    void close();
}
