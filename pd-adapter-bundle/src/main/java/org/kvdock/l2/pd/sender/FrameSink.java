package org.kvdock.l2.pd.sender;

import java.nio.ByteBuffer;
import org.kvdock.l2.pd.wire.FrameHeader;

/** Puts slices as data frames into the connection's outgoing buffer. */
final class FrameSink implements ChunkSink {
    /** Shorter slices than this wait for the next outgoing buffer. */
    private static final int LEAST_SLICE = 4096;

    private final long epoch;
    private ByteBuffer out;

    FrameSink(long epoch) {
        this.epoch = epoch;
    }

    FrameSink into(ByteBuffer out) {
        this.out = out;
        return this;
    }

    @Override
    public int room(int wanted) {
        int room = out.remaining() - FrameHeader.DATA_HEADER_BYTES;
        return room < Math.min(wanted, LEAST_SLICE) ? 0 : Math.min(wanted, room);
    }

    @Override
    public void put(Place place, int offset, ByteBuffer slice) {
        FrameHeader.putData(out, slice.remaining(), place.number(), epoch, offset);
        out.put(slice);
    }
}
