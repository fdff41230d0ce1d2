package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.GrowingPause;
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

    private final Reactor reactor;
    private final PdSettings settings;
    private final Security security;
    private final InetSocketAddress address;
    private final Greeting greeting;
    private final Events events;
    private final ChannelOffers offers;
    private final OpenTransfers transfers = new OpenTransfers();
    private LinkState state = LinkState.IDLE;
    private SocketChannel connecting;
    private Connection connection;
    private List<String> offered = List.of();
    // null unless READY
    private LinkSession session;
    private Reactor.Timer timer;
    // Heartbeats since the last bytes that came, and when those came.
    private int unanswered;
    private long heardNanos;
    private long epoch;
    private final GrowingPause pause;
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
        this.pause = new GrowingPause(settings.reconnectLeast(), settings.reconnectMost());
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
        transfers.add(transfer, ended);
        if (session != null) {
            session.ask(transfer);
        } else if (state == LinkState.IDLE) {
            connect();
        }
    }

    /** The transfer's task has ended. */
    void abandon(Transfer transfer) {
        if (!transfers.contains(transfer)) {
            return;
        }
        if (session != null) {
            session.abandon(transfer);
        } else {
            transfers.end(transfer);
        }
    }

    /** Nothing needs to be kept for this request. */
    void cancelRequest(String requestId) {
        if (session != null) {
            session.cancelRequest(requestId);
        }
    }

    // ---- what comes ----

    @Override
    public void message(byte[] bytes) throws ProtocolException {
        Message message = MessageCodec.decode(bytes);
        if (session != null) {
            session.message(message);
        } else if (message instanceof Message.Welcome welcome) {
            welcome(welcome);
        } else if (message instanceof Message.Refused refused) {
            throw new ProtocolException("the receiver refused the hello: " + refused.text());
        } else {
            throw new ProtocolException("type", message.getClass().getSimpleName(), "Welcome or Refused");
        }
    }

    private void welcome(Message.Welcome welcome) throws ProtocolException {
        if (welcome.version() != Limits.VERSION) {
            throw new ProtocolException("version", welcome.version(), Limits.VERSION + " on both sides");
        }
        if (!offered.contains(welcome.channel())) {
            throw new ProtocolException("channel", welcome.channel(), "one of " + offered);
        }
        timer.cancel();
        epoch = welcome.epoch();
        pause.reset();
        connection.greeted(false);
        session = new LinkSession(connection, welcome, transfers, offers, reactor::execute);
        become(LinkState.READY, Optional.empty(), Optional.of(welcome.channel()));
        events.recovered();
        timer = reactor.after(settings.heartbeat().toNanos(), this::heartbeat);
        session.askForAll();
    }

    private void heartbeat() {
        // What is counted is what went out without an answer: time alone also goes by while this process stands still.
        long heard = connection.lastHeardNanos();
        unanswered = heard == heardNanos ? unanswered + 1 : 0;
        heardNanos = heard;
        if (unanswered >= SILENT_HEARTBEATS) {
            long silent = System.nanoTime() - heard;
            connection.close(new IOException("no sign of life for " + silent / 1_000_000 + " ms"));
            return;
        }
        if (session.channelLost() != null && transfers.isEmpty()) {
            connection.close(session.channelLost());
            return;
        }
        if (offers.isBetterDue(status.channel().orElseThrow(), offered, transfers.isEmpty())) {
            // What is not stored is asked for again.
            drop(new IOException("a better channel is tried"));
            connect();
            return;
        }
        session.heartbeat();
        timer = reactor.after(settings.heartbeat().toNanos(), this::heartbeat);
    }

    @Override
    public ByteBuffer data(long slot, long epoch, int offset, int bytes) throws ProtocolException {
        throw new ProtocolException("frame kind", "data", "messages only, on a sender");
    }

    @Override
    public void dataComplete(long slot, int end) {}

    @Override
    public boolean fill(ByteBuffer out) {
        return session != null && session.fill(out);
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
        long nanos = pause.next();
        become(LinkState.PAUSED, Optional.of(Instant.now().plusNanos(nanos)), status.channel());
        events.outage(
                cause instanceof ProtocolException ? ErrorCode.PROTOCOL : ErrorCode.PEER_LOST,
                "receiver " + address + ": " + cause.getMessage() + "; next try in " + nanos / 1_000_000 + " ms");
        timer = reactor.after(nanos, this::connect);
    }

    private void drop(Throwable cause) {
        state = LinkState.PAUSED;
        timer.cancel();
        closeSession();
        if (connection != null) {
            connection.close(cause);
            connection = null;
        }
        closeQuietly(connecting);
        transfers.all().forEach(Transfer::reset);
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
        closeSession();
        if (connection != null) {
            connection.close(new IOException("the adapter was closed"));
        }
        closeQuietly(connecting);
        become(LinkState.CLOSED, Optional.empty(), status.channel());
    }

    private void closeSession() {
        if (session != null) {
            session.close();
            session = null;
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
