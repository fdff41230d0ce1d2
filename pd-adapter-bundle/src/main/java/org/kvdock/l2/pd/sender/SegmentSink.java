package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.kvdock.l2.pd.channel.RemoteSegment;
import org.kvdock.l2.pd.channel.SegmentOpener;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * Writes slices straight into the receiver's segments. A turn is bounded, so that other work gets its turn; a slice stays
 * in the processor's cache between the checksum and the copy.
 */
final class SegmentSink implements ChunkSink, AutoCloseable {
    private static final int SLICE_BYTES = 256 << 10;
    private static final int TURN_BYTES = 4 << 20;

    private record Open(RemoteSegment segment, long bytes) {}

    private final SegmentOpener opener;
    private final Map<Long, Open> segments = new HashMap<>();
    private int left;

    SegmentSink(SegmentOpener opener) {
        this.opener = opener;
    }

    /** @throws IOException if the segment cannot be opened */
    void open(Message.Segment announced) throws IOException {
        if (segments.containsKey(announced.number())) {
            throw new ProtocolException("number", announced.number(), "a segment that was not announced yet");
        }
        RemoteSegment segment = opener.open(announced.number(), announced.bytes(), announced.descriptor());
        segments.put(announced.number(), new Open(segment, announced.bytes()));
    }

    void gone(long[] numbers) {
        for (long number : numbers) {
            Open open = segments.remove(number);
            if (open != null) {
                open.segment().close();
            }
        }
    }

    /** @throws ProtocolException if a chunk of that length does not lie inside an open segment there */
    void check(Place place, int length) throws ProtocolException {
        Open open = segments.get(place.segment());
        if (length > 0 && (open == null || place.start() > open.bytes() - length)) {
            throw new ProtocolException(
                    "offsets", place.start() + " in segment " + place.segment(), "inside a segment that was announced");
        }
    }

    SegmentSink turn() {
        left = TURN_BYTES;
        return this;
    }

    @Override
    public int room(int wanted) {
        return Math.min(wanted, Math.min(left, SLICE_BYTES));
    }

    @Override
    public void put(Place place, int offset, ByteBuffer slice) {
        left -= slice.remaining();
        segments.get(place.segment()).segment().put(place.start() + offset, slice);
    }

    @Override
    public void close() {
        segments.values().forEach(open -> open.segment().close());
        segments.clear();
    }
}
