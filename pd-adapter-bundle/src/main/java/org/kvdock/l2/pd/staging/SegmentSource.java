package org.kvdock.l2.pd.staging;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.kvdock.l2.pd.channel.LocalSegment;

/** Where segments' memory comes from. */
@FunctionalInterface
public interface SegmentSource {
    /** Memory of this process alone. */
    SegmentSource DIRECT = (number, bytes) -> {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
        return new LocalSegment() {
            @Override
            public ByteBuffer memory() {
                return memory;
            }

            @Override
            public byte[] descriptor() {
                return new byte[0];
            }

            @Override
            public void drop() {
                // The collector's.
            }
        };
    };

    /**
     * @param number the segment's, never used again
     * @param bytes its length
     * @return its memory, all of it really there
     * @throws IOException if there is no room for it
     */
    LocalSegment create(long number, int bytes) throws IOException;
}
