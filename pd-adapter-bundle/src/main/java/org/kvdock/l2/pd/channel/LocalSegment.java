package org.kvdock.l2.pd.channel;

import java.nio.ByteBuffer;

/** One stretch of the receiver's staging, in memory that its channel lets a sender write into. */
public interface LocalSegment {
    /** @return all of its bytes; the same memory each time */
    ByteBuffer memory();

    /**
     * @return what a sender needs to open it, at most {@value #MAX_DESCRIPTOR_BYTES} bytes; empty if no sender can
     */
    byte[] descriptor();

    /** Nobody needs it any more: its memory is freed, and must not be touched after this call. */
    void drop();

    /** Longest descriptor in bytes. */
    int MAX_DESCRIPTOR_BYTES = 8192;
}
