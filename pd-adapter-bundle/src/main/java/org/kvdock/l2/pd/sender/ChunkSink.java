package org.kvdock.l2.pd.sender;

import java.nio.ByteBuffer;

/** Where a transfer puts slices of its chunks. For the reactor's thread. */
interface ChunkSink {
    /**
     * A slot that the receiver has granted.
     *
     * @param number its number
     * @param segment the segment that it is in, 0 if slots are written over the connection
     * @param start where in its segment it begins
     */
    record Place(long number, long segment, long start) {}

    /**
     * @param wanted bytes that are left of the chunk, at least 1
     * @return how many of them fit now, 0 if none
     */
    int room(int wanted);

    /**
     * Takes one slice; nothing of it is needed afterwards.
     *
     * @param place the chunk's slot
     * @param offset where the slice begins in the chunk
     * @param slice at most as long as {@link #room} said
     */
    void put(Place place, int offset, ByteBuffer slice);
}
