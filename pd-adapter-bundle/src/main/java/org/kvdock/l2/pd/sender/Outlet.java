package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * Where the transfers of one greeted connection write to, and whose turn it is: data frames on the connection itself, the
 * receiver's segments, or a channel that others brought. For the reactor's thread.
 */
final class Outlet implements AutoCloseable {
    /** What an outlet tells the session that it is part of. */
    interface Events {
        /** There is something for the connection's outgoing buffer: {@link Outlet#fill}. */
        void dataReady();

        /** These slots are written and have arrived. */
        void arrived(Transfer transfer, long[] slots);

        /** The transfer's task has ended, and nothing more of it may be read. */
        void ended(Transfer transfer);

        /** The channel is of no use any more. */
        void failed(IOException cause);
    }

    private final String channel;
    private final ChannelOffers offers;
    private final Executor reactor;
    private final Events events;
    private final ArrayDeque<Transfer> writing = new ArrayDeque<>();
    private final FrameSink frames;
    // null on other channels than shared memory
    private final SegmentSink segments;
    // null on other channels than those that others brought, and there until the receiver has told its address
    private PieceSink pieces;
    private boolean awaitingAddress;
    private boolean turnAsked;
    // null while the channel works
    private IOException lost;
    private boolean closed;

    Outlet(Message.Welcome welcome, ChannelOffers offers, Executor reactor, Events events) {
        this.channel = welcome.channel();
        this.offers = offers;
        this.reactor = reactor;
        this.events = events;
        this.frames = new FrameSink(welcome.epoch());
        this.segments = channel.equals(ChannelOffers.SHM) ? new SegmentSink(offers.opener()) : null;
        this.awaitingAddress = segments == null && !channel.equals(ChannelOffers.TCP);
    }

    /** The transfer has slots that are not written. */
    void add(Transfer transfer) throws ProtocolException {
        if (segments != null) {
            transfer.eachToWrite(segments::check);
        }
        if (!writing.contains(transfer)) {
            writing.add(transfer);
        }
        if (lost != null) {
            reactor.execute(() -> events.failed(lost));
        } else if (awaitingAddress) {
            throw new ProtocolException("type", "Alloc", "ChannelAddress first");
        } else if (segments == null && pieces == null) {
            events.dataReady();
        } else {
            askForTurn();
        }
    }

    /** Nothing more of it is written. */
    void remove(Transfer transfer) {
        writing.remove(transfer);
    }

    /** @return whether the message was for this outlet: what the channel in use needs to know */
    boolean take(Message message) throws ProtocolException {
        if (message instanceof Message.Segment segment && segments != null) {
            open(segment);
        } else if (message instanceof Message.SegmentsGone gone && segments != null) {
            segments.gone(gone.numbers());
        } else if (message instanceof Message.ChannelAddress way && awaitingAddress) {
            open(way);
        } else {
            return false;
        }
        return true;
    }

    private void open(Message.Segment segment) throws ProtocolException {
        try {
            segments.open(segment);
            offers.works(channel);
        } catch (IOException e) {
            offers.broken(channel, e);
            throw new ProtocolException("the receiver's segment cannot be opened: " + e.getMessage());
        }
    }

    private void open(Message.ChannelAddress way) throws ProtocolException {
        awaitingAddress = false;
        try {
            pieces = new PieceSink(
                    offers.open(channel, way.address(), cause -> reactor.execute(() -> failed(cause))),
                    way.way(),
                    reactor,
                    () -> {
                        offers.works(channel);
                        askForTurn();
                    });
        } catch (IOException e) {
            offers.broken(channel, e);
            throw new ProtocolException("the receiver cannot be reached over " + channel + ": " + e.getMessage());
        }
    }

    private void failed(IOException cause) {
        if (closed || lost != null) {
            return;
        }
        offers.failed(channel, cause);
        lost = new IOException("channel " + channel + ": " + cause.getMessage());
        if (!writing.isEmpty() || pieces != null && !pieces.isQuiet()) {
            events.failed(lost);
        } else {
            // The receiver may have died after its last word, which is on its way.
            closePieces();
        }
    }

    /** @return why nothing more can be written here; null while it can */
    IOException lost() {
        return lost;
    }

    private void askForTurn() {
        if (!turnAsked) {
            turnAsked = true;
            reactor.execute(this::turn);
        }
    }

    private void turn() {
        turnAsked = false;
        if (closed) {
            return;
        }
        if (segments != null && write(segments.turn()) || pieces != null && write(pieces.turn()) && pieces.hasRoom()) {
            askForTurn();
        }
    }

    /** @return whether there is more than the connection's outgoing buffer takes */
    boolean fill(ByteBuffer out) {
        return write(frames.into(out));
    }

    /** @return whether the sink is full before everything is written */
    private boolean write(ChunkSink sink) {
        while (!writing.isEmpty()) {
            Transfer transfer = writing.peek();
            switch (transfer.fill(sink)) {
                case FULL -> {
                    return true;
                }
                case DRY -> {
                    writing.poll();
                    written(transfer);
                }
                case ENDED -> {
                    writing.poll();
                    events.ended(transfer);
                }
            }
        }
        return false;
    }

    private void written(Transfer transfer) {
        long[] slots = transfer.landing();
        if (pieces == null) {
            events.arrived(transfer, slots);
        } else {
            pieces.whenArrived(() -> events.arrived(transfer, slots));
        }
    }

    /** Nothing is written from here on: a receiver that sees the connection end may give the slots to others. */
    @Override
    public void close() {
        closed = true;
        writing.clear();
        if (segments != null) {
            segments.close();
        }
        closePieces();
    }

    private void closePieces() {
        if (pieces != null) {
            pieces.close();
            pieces = null;
        }
    }
}
