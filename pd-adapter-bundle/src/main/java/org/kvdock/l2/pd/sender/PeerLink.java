package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.net.Connection;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * The way to one rank of the receiver: connects when it is first needed, greets, keeps transfers going, and connects
 * again with growing pauses whenever the connection is lost; transfers that are not finished then ask again. Everything
 * but {@link #status()} is for the reactor's thread.
 */
final class PeerLink implements Connection.Peer {
    private static final int SILENT_HEARTBEATS = 3;

    /** What a link tells its adapter. */
    interface Events {
        /** The peer cannot be reached or was lost. */
        void outage(ErrorCode code, String text);

        /** The peer can be reached. */
        void recovered();
    }

    private record Open(Transfer transfer, Runnable ended) {}

    private final Reactor reactor;
    private final PdSettings settings;
    private final Security security;
    private final InetSocketAddress address;
    private final Greeting greeting;
    private final Events events;
    private final ChannelOffers offers;
    private final Map<Long, Open> transfers = new LinkedHashMap<>();
    private final ArrayDeque<Transfer> writing = new ArrayDeque<>();
    private LinkState state = LinkState.IDLE;
    private SocketChannel connecting;
    private Connection connection;
    private List<String> offered = List.of();
    private FrameSink frames;
    private SegmentSink segments;
    private PieceSink pieces;
    // A channel that others brought, whose address has not come yet.
    private boolean awaitingAddress;
    // Why nothing more can be written over the channel in use; null while it can.
    private IOException channelLost;
    private boolean writingInTurns;
    private Reactor.Timer timer;
    private long epoch;
    private int maxObjectBytes = Integer.MAX_VALUE;
    private long pauseNanos;
    private long losses;
    private volatile LinkStatus status = LinkStatus.fresh();

    PeerLink(
            Reactor reactor, PdSettings settings, Security security, ChannelOffers offers, InetSocketAddress address,
            Greeting greeting, Events events) {
        this.reactor = reactor;
        this.settings = settings;
        this.security = security;
        this.address = address;
        this.greeting = greeting;
        this.offers = offers;
        this.events = events;
        this.pauseNanos = settings.reconnectLeast().toNanos();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Safe for all threads. */
    LinkStatus status() {
        return status;
    }

    /** @return channels that have failed and not worked since; safe for all threads */
    List<ChannelTrouble> channelTrouble() {
        return offers.trouble();
    }

    // ---- transfers ----

    /** @param ended runs once, when every chunk is stored or refused, or the transfer is abandoned */
    void begin(Transfer transfer, Runnable ended) {
        transfers.put(transfer.id(), new Open(transfer, ended));
        if (state == LinkState.READY) {
            ask(transfer);
        } else if (state == LinkState.IDLE) {
            connect();
        }
    }

    /** The transfer's task has ended. */
    void abandon(Transfer transfer) {
        if (transfers.containsKey(transfer.id())) {
            if (state == LinkState.READY) {
                connection.send(new Message.Abort(transfer.id()));
            }
            end(transfer);
        }
    }

    /** Nothing needs to be kept for this request. */
    void cancelRequest(String requestId) {
        if (state == LinkState.READY) {
            connection.send(new Message.Cancel(requestId));
        }
    }

    private void ask(Transfer transfer) {
        Message.Reserve reserve = transfer.reserve(epoch, System.nanoTime());
        Optional<String> obstacle = reserve.obstacle(maxObjectBytes);
        if (obstacle.isPresent()) {
            transfer.refused(ErrorCode.TOO_LARGE, obstacle.get());
            end(transfer);
        } else {
            connection.send(reserve);
        }
    }

    private void end(Transfer transfer) {
        writing.remove(transfer);
        Open open = transfers.remove(transfer.id());
        if (open != null) {
            open.ended().run();
        }
    }

    // ---- what comes ----

    @Override
    public void message(byte[] bytes) throws ProtocolException {
        Message message = MessageCodec.decode(bytes);
        if (state == LinkState.GREETING) {
            if (message instanceof Message.Welcome welcome) {
                welcome(welcome);
            } else if (message instanceof Message.Refused refused) {
                throw new ProtocolException("the receiver refused the hello: " + refused.text());
            } else {
                throw new ProtocolException("type", message.getClass().getSimpleName(), "Welcome or Refused");
            }
        } else if (message instanceof Message.Alloc alloc) {
            Transfer transfer = find(alloc.id());
            if (transfer != null && transfer.allocated(alloc)) {
                beginWriting(transfer);
            }
            endIfResolved(transfer);
        } else if (message instanceof Message.CommitAck ack) {
            Transfer transfer = find(ack.id());
            if (transfer != null) {
                transfer.acknowledged(ack);
                endIfResolved(transfer);
            }
        } else if (message instanceof Message.Refused refused) {
            Transfer transfer = find(refused.id());
            if (transfer != null) {
                transfer.refused(refused.code(), refused.text());
                end(transfer);
            }
        } else if (message instanceof Message.Lapsed lapsed) {
            Transfer transfer = find(lapsed.id());
            if (transfer != null) {
                writing.remove(transfer);
                transfer.reset();
                ask(transfer);
            }
        } else if (message instanceof Message.Segment segment && segments != null) {
            open(segment);
        } else if (message instanceof Message.SegmentsGone gone && segments != null) {
            segments.gone(gone.numbers());
        } else if (message instanceof Message.ChannelAddress way && awaitingAddress) {
            open(way);
        } else if (!(message instanceof Message.Heartbeat)) {
            throw new ProtocolException("type", message.getClass().getSimpleName(), "what a receiver says");
        }
    }

    // Transfers that were abandoned are answered all the same.
    private Transfer find(long id) {
        Open open = transfers.get(id);
        return open == null ? null : open.transfer();
    }

    private void endIfResolved(Transfer transfer) {
        if (transfer != null && transfer.isResolved()) {
            end(transfer);
        }
    }

    private void welcome(Message.Welcome welcome) throws ProtocolException {
        if (welcome.version() != Limits.VERSION) {
            throw new ProtocolException("version", welcome.version(), Limits.VERSION + " on both sides");
        }
        if (!offered.contains(welcome.channel())) {
            throw new ProtocolException("channel", welcome.channel(), "one of " + offered);
        }
        segments = welcome.channel().equals(ChannelOffers.SHM) ? new SegmentSink(offers.opener()) : null;
        awaitingAddress = segments == null && !welcome.channel().equals(ChannelOffers.TCP);
        frames = new FrameSink(welcome.epoch());
        timer.cancel();
        epoch = welcome.epoch();
        maxObjectBytes = welcome.maxObjectBytes();
        pauseNanos = settings.reconnectLeast().toNanos();
        connection.greeted(false);
        become(LinkState.READY, Optional.empty(), Optional.of(welcome.channel()));
        events.recovered();
        timer = reactor.after(settings.heartbeat().toNanos(), this::heartbeat);
        List.copyOf(transfers.values()).forEach(open -> ask(open.transfer()));
    }

    private void heartbeat() {
        long silent = System.nanoTime() - connection.lastHeardNanos();
        if (silent > SILENT_HEARTBEATS * settings.heartbeat().toNanos()) {
            connection.close(new IOException("no sign of life for " + silent / 1_000_000 + " ms"));
            return;
        }
        if (channelLost != null && transfers.isEmpty()) {
            connection.close(channelLost);
            return;
        }
        if (offers.isBetterDue(status.channel().orElseThrow(), offered, transfers.isEmpty())) {
            // What is not stored is asked for again.
            drop(new IOException("a better channel is tried"));
            connect();
            return;
        }
        Message.Heartbeat.of(transfers.keySet()).forEach(connection::send);
        timer = reactor.after(settings.heartbeat().toNanos(), this::heartbeat);
    }

    @Override
    public ByteBuffer data(long slot, long epoch, int offset, int bytes) throws ProtocolException {
        throw new ProtocolException("frame kind", "data", "messages only, on a sender");
    }

    @Override
    public void dataComplete(long slot, int end) {}

    // ---- writing ----

    private void beginWriting(Transfer transfer) throws ProtocolException {
        if (segments != null) {
            transfer.eachToWrite(segments::check);
        }
        if (!writing.contains(transfer)) {
            writing.add(transfer);
        }
        if (channelLost != null) {
            Connection mine = connection;
            reactor.execute(() -> mine.close(channelLost));
        } else if (awaitingAddress) {
            throw new ProtocolException("type", "Alloc", "ChannelAddress first");
        } else if (segments == null && pieces == null) {
            connection.dataReady();
        } else {
            writeInTurns();
        }
    }

    private void open(Message.Segment segment) throws ProtocolException {
        try {
            segments.open(segment);
            offers.works(status.channel().orElseThrow());
        } catch (IOException e) {
            offers.broken(status.channel().orElseThrow(), e);
            throw new ProtocolException("the receiver's segment cannot be opened: " + e.getMessage());
        }
    }

    private void open(Message.ChannelAddress way) throws ProtocolException {
        String channel = status.channel().orElseThrow();
        Connection mine = connection;
        awaitingAddress = false;
        try {
            pieces = new PieceSink(
                    offers.open(channel, way.address(), cause -> reactor.execute(() -> channelFailed(mine, channel, cause))),
                    way.way(),
                    reactor::execute,
                    () -> {
                        offers.works(channel);
                        writeInTurns();
                    });
        } catch (IOException e) {
            offers.broken(channel, e);
            throw new ProtocolException("the receiver cannot be reached over " + channel + ": " + e.getMessage());
        }
    }

    private void channelFailed(Connection of, String channel, IOException cause) {
        if (connection != of) {
            return;
        }
        offers.failed(channel, cause);
        channelLost = new IOException("channel " + channel + ": " + cause.getMessage());
        if (!writing.isEmpty() || !pieces.isQuiet()) {
            of.close(channelLost);
        } else {
            // The receiver may have died after its last word, which is on its way.
            closePieces();
        }
    }

    private void writeInTurns() {
        if (!writingInTurns) {
            writingInTurns = true;
            reactor.execute(this::writeTurn);
        }
    }

    private void writeTurn() {
        writingInTurns = false;
        if (segments != null && write(segments.turn()) || pieces != null && write(pieces.turn()) && pieces.hasRoom()) {
            writeInTurns();
        }
    }

    @Override
    public boolean fill(ByteBuffer out) {
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
                    commit(transfer);
                }
                case ENDED -> abandon(transfer);
            }
        }
        return false;
    }

    private void commit(Transfer transfer) {
        long[] slots = transfer.landing();
        if (pieces == null) {
            commit(transfer, slots);
        } else {
            pieces.whenArrived(() -> commit(transfer, slots));
        }
    }

    private void commit(Transfer transfer, long[] slots) {
        // It may have been abandoned, or its lease may have ended, while its bytes were under way.
        if (transfers.containsKey(transfer.id())) {
            Message.Commit commit = transfer.commit(epoch, slots);
            if (commit.slots().length > 0) {
                connection.send(commit);
            }
        }
    }

    // ---- the connection ----

    private void connect() {
        become(LinkState.CONNECTING, Optional.empty(), status.channel());
        Duration patience = security.greetingTime();
        timer = reactor.after(patience.toNanos(), () -> down(new IOException("no answer within " + patience.toMillis() + " ms")));
        try {
            connecting = SocketChannel.open();
            connecting.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connecting.configureBlocking(false);
            if (connecting.connect(address)) {
                greet();
            } else {
                reactor.register(connecting, SelectionKey.OP_CONNECT, new Reactor.Handler() {
                    @Override
                    public void ready(SelectionKey key) throws IOException {
                        connecting.finishConnect();
                        greet();
                    }

                    @Override
                    public void failed(Throwable cause) {
                        down(cause);
                    }
                });
            }
        } catch (IOException e) {
            down(e);
        }
    }

    private void greet() throws IOException {
        connection = new Connection(reactor, connecting, security.wiring(), true, this);
        become(LinkState.GREETING, Optional.empty(), status.channel());
        offered = offers.now();
        connection.send(new Message.Hello(
                Limits.VERSION, greeting.name(), greeting.session(), greeting.rank(), offered));
    }

    @Override
    public void lost(Throwable cause) {
        down(cause);
    }

    private void down(Throwable cause) {
        if (state == LinkState.PAUSED || state == LinkState.CLOSED) {
            return;
        }
        losses += state == LinkState.READY ? 1 : 0;
        drop(cause);
        long pause = pauseNanos;
        pauseNanos = Math.min(settings.reconnectMost().toNanos(), 2 * pause);
        become(LinkState.PAUSED, Optional.of(Instant.now().plusNanos(pause)), status.channel());
        events.outage(
                cause instanceof ProtocolException ? ErrorCode.PROTOCOL : ErrorCode.PEER_LOST,
                "receiver " + address + ": " + cause.getMessage() + "; next try in " + pause / 1_000_000 + " ms");
        timer = reactor.after(pause, this::connect);
    }

    private void drop(Throwable cause) {
        state = LinkState.PAUSED;
        timer.cancel();
        // Nothing is written from here on: a receiver that sees the connection end may give the slots to others.
        closeSinks();
        awaitingAddress = false;
        channelLost = null;
        if (connection != null) {
            connection.close(cause);
            connection = null;
        }
        closeQuietly(connecting);
        transfers.values().forEach(open -> open.transfer().reset());
    }

    private void become(LinkState next, Optional<Instant> nextTry, Optional<String> channel) {
        boolean turned = (next == LinkState.READY) != (status.state() == LinkState.READY);
        state = next;
        status = new LinkStatus(
                next, turned ? Instant.now() : status.since(), nextTry, channel, epoch, losses);
    }

    /** Lets go of the connection for good. */
    void close() {
        state = LinkState.CLOSED;
        if (timer != null) {
            timer.cancel();
        }
        closeSinks();
        if (connection != null) {
            connection.close(new IOException("the adapter was closed"));
        }
        closeQuietly(connecting);
        become(LinkState.CLOSED, Optional.empty(), status.channel());
    }

    private void closeSinks() {
        writing.clear();
        if (segments != null) {
            segments.close();
            segments = null;
        }
        closePieces();
    }

    private void closePieces() {
        if (pieces != null) {
            pieces.close();
            pieces = null;
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
