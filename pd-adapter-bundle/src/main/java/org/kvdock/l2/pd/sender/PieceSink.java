package org.kvdock.l2.pd.sender;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.SendingEnd;

/**
 * Puts slices as pieces into a channel that carries them in its own time, in any order. What was put between two calls of
 * {@link #whenArrived} is one transfer's. For the reactor's thread.
 */
final class PieceSink implements ChunkSink, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PieceSink.class.getName());
    private static final int TURN_BYTES = 4 << 20;

    /** What was put since the last call of {@link #whenArrived}. */
    private static final class Batch {
        private int underWay;
        private Runnable then;
    }

    private final SendingEnd end;
    private final long way;
    private final Executor reactor;
    private final Runnable arrival;
    private Batch batch = new Batch();
    // Of all batches.
    private int underWay;
    private int left;
    private boolean closed;

    /**
     * @param way what the receiver calls this sender on the channel
     * @param reactor where arrivals are told
     * @param arrival follows each arrival: there is room again
     */
    PieceSink(SendingEnd end, long way, Executor reactor, Runnable arrival) {
        this.end = end;
        this.way = way;
        this.reactor = reactor;
        this.arrival = arrival;
    }

    PieceSink turn() {
        left = TURN_BYTES;
        return this;
    }

    /** @return whether only this turn is over; otherwise an arrival makes room */
    boolean hasRoom() {
        return end.hasRoom();
    }

    /** @return whether all that was put has arrived */
    boolean isQuiet() {
        return underWay == 0;
    }

    @Override
    public int room(int wanted) {
        return left > 0 && end.hasRoom() ? Math.min(wanted, end.pieceBytes()) : 0;
    }

    @Override
    public void put(Place place, int offset, ByteBuffer slice) {
        left -= slice.remaining();
        Batch mine = batch;
        mine.underWay++;
        underWay++;
        end.put(new Piece(way, place.number(), offset), slice, () -> reactor.execute(() -> arrived(mine)));
    }

    private void arrived(Batch of) {
        if (closed) {
            return;
        }
        of.underWay--;
        underWay--;
        settle(of);
        arrival.run();
    }

    /** @param then runs when all that was put since the last call has arrived; not at all after close */
    void whenArrived(Runnable then) {
        Batch mine = batch;
        batch = new Batch();
        mine.then = then;
        settle(mine);
    }

    private static void settle(Batch of) {
        if (of.underWay == 0 && of.then != null) {
            of.then.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            end.close();
        } catch (RuntimeException | Error e) {
            // Somebody else's code, in the middle of what brings the link back.
            LOG.log(System.Logger.Level.WARNING, "an end of a channel could not be closed", e);
        }
    }
}
