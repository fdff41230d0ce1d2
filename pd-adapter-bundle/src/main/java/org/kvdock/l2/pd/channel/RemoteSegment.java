package org.kvdock.l2.pd.channel;

import java.nio.ByteBuffer;

/** A receiver's segment as a sender sees it. For one thread. */
public interface RemoteSegment extends AutoCloseable {
    /**
     * Writes into the segment. When it returns, the source may be reused, and the bytes are at the receiver before
     * anything that is sent over the transfer connection afterwards.
     *
     * @param offset where, counted from the segment's first byte; inside it with all of the source
     * @param source its remaining bytes are written
     */
    void put(long offset, ByteBuffer source);

    /** Lets go of it. */
    @Override
    void close();
}
