package org.kvdock.host;

import java.nio.ByteBuffer;

/** The chunks of a request that a prefetch brought, read-locked in L1 until this is closed. Safe for all threads. */
public interface Prefetched extends AutoCloseable {
    /** @return the request's name */
    String requestId();

    /** @return how many leading chunks are here */
    int prefix();

    /**
     * @param index position of a chunk, below {@link #prefix()}
     * @return its bytes: read-only, position 0, limit its length; not to be used after close, when the memory may get
     *     other bytes
     * @throws IndexOutOfBoundsException if the index is not below the prefix
     * @throws IllegalStateException after close
     */
    ByteBuffer view(int index);

    /** Releases the locks and ends the request's pins ({@code Holdings.unpin}). May be called again. */
    @Override
    void close();
}
