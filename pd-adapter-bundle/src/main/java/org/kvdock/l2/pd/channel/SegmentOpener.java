package org.kvdock.l2.pd.channel;

import java.io.IOException;

/** The sender's half of a channel. For one thread. */
public interface SegmentOpener {
    /**
     * @param number the segment's number at the receiver
     * @param bytes its length
     * @param descriptor what {@link LocalSegment#descriptor} said; comes from the other side and is not to be trusted
     * @return the segment, open for writing
     * @throws IOException if it cannot be opened, or is not what it says
     */
    RemoteSegment open(long number, long bytes, byte[] descriptor) throws IOException;
}
