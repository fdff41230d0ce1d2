package org.kvdock.l2.pd.receiver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.net.Wiring;
import org.kvdock.l2.pd.security.Refusals;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;

/** The transfer ports and the connections that came in through them. For the reactor's thread, but the constructor. */
final class Links implements Reactor.Handler {
    /** Past this many connections new ones are closed at once. */
    private static final int MOST = 1024;
    /** Past this many that have not greeted the one that had most time for it is closed. */
    private static final int MOST_STRANGERS = 64;
    private static final long ACCEPT_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final String WHERE = "transfer port";
    private static final int SILENT_HEARTBEATS = 3;
    /** Data frames on the transfer connection. */
    static final String TCP = "tcp";
    /** Segments in shared memory. */
    static final String SHM = "shm";

    private final Reactor reactor;
    private final PdSettings settings;
    private final Security security;
    private final Desk desk;
    private final Requests requests;
    private final long epoch;
    private final ReceiverStaging staging;
    private final ReceivingEnds ends;
    private final List<ServerSocketChannel> ports = new ArrayList<>();
    private final Set<SenderLink> links = new LinkedHashSet<>();
    private final Map<String, Arena> arenas = new HashMap<>();
    // Given up on this side and not yet closed on the other, which may still write into its slots.
    private int lingering;
    // Written by the reactor's thread alone.
    private volatile long staleBytes;
    private volatile long strangers;
    private volatile int connected;
    private volatile String channelsInUse;

    Links(
            Reactor reactor, PdSettings settings, Security security, Desk desk, Requests requests, long epoch,
            ReceiverStaging staging, ReceivingEnds ends) {
        this.reactor = reactor;
        this.settings = settings;
        this.security = security;
        this.desk = desk;
        this.requests = requests;
        this.epoch = epoch;
        this.staging = staging;
        this.ends = ends;
        this.channelsInUse = String.join(" or ", channels());
    }

    /**
     * Listens on every transfer port; before the reactor starts.
     *
     * @return the ports, in the order of the ranks
     */
    List<Integer> listen(InetAddress host) {
        List<Integer> bound = new ArrayList<>();
        for (int port : settings.initPorts()) {
            try {
                ServerSocketChannel listening = ServerSocketChannel.open();
                ports.add(listening);
                listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listening.bind(new InetSocketAddress(host, port));
                reactor.register(listening, SelectionKey.OP_ACCEPT, this);
                bound.add(((InetSocketAddress) listening.getLocalAddress()).getPort());
            } catch (IOException e) {
                ports.forEach(Links::closeQuietly);
                throw new BadConfigurationException("peer_init_port", port, "a port that is free on " + host.getHostAddress() + " (" + e.getMessage() + ")");
            }
        }
        return bound;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        SocketChannel channel;
        try {
            channel = ((ServerSocketChannel) key.channel()).accept();
        } catch (IOException e) {
            pause(key, e);
            return;
        }
        if (channel == null) {
            return;
        }
        if (links.size() + lingering >= MOST) {
            security.refusals().refused(
                    address(channel), WHERE, Refusals.Kind.TOO_MANY, MOST + " connections are served already");
            channel.close();
            return;
        }
        boundStrangers();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            links.add(new SenderLink(this, desk, reactor, channel));
        } catch (IOException e) {
            closeQuietly(channel);
        }
    }

    // Whoever wants in is still there, and without a file descriptor for him the port would be ready without end.
    private void pause(SelectionKey key, IOException cause) {
        security.refusals().refused("somebody", WHERE, Refusals.Kind.TOO_MANY, "it cannot be accepted now: " + reason(cause));
        key.interestOps(0);
        reactor.after(ACCEPT_PAUSE_NANOS, () -> {
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        });
    }

    @Override
    public void failed(Throwable cause) {
        // One connection could not be taken; the port goes on.
    }

    // Those who can greet do it at once, so what is closed here is somebody who keeps a place for nothing.
    private void boundStrangers() {
        if (links.size() - connected >= MOST_STRANGERS) {
            links.stream().filter(SenderLink::isStranger).findFirst().ifPresent(
                    oldest -> oldest.close(MOST_STRANGERS + " others came before it said who it is"));
        }
    }

    static String address(SocketChannel channel) {
        try {
            return channel.getRemoteAddress() instanceof InetSocketAddress address
                    ? address.getAddress().getHostAddress() + ":" + address.getPort()
                    : "an address unknown";
        } catch (IOException e) {
            return "an address unknown";
        }
    }

    Duration greetingTime() {
        return security.greetingTime();
    }

    Wiring wiring() {
        return security.wiring();
    }

    long epoch() {
        return epoch;
    }

    /** @return channels that senders may choose, best first: shared memory, what others brought, the connection itself */
    List<String> channels() {
        List<String> channels = new ArrayList<>(staging.channels());
        channels.addAll(channels.contains(SHM) ? 1 : 0, ends.names());
        return channels;
    }

    ReceivingEnds ends() {
        return ends;
    }

    /** What senders may choose has changed. */
    void channelsChanged() {
        if (connected == 0) {
            channelsInUse = String.join(" or ", channels());
        }
    }

    /** Senders that came in by this end come back and choose again. */
    void channelGone(ReceivingEnd end, String why) {
        for (SenderLink link : List.copyOf(links)) {
            if (link.cameInBy(end)) {
                link.close(why);
            }
        }
    }

    /** @return the best channel that both ends have now, null if there is none */
    String best(List<String> offered) {
        return channels().stream().filter(offered::contains).findFirst().orElse(null);
    }

    /** @return where a sender's slots come from */
    Arena arena(String sender, boolean inPlace) {
        return inPlace ? arenas.computeIfAbsent(sender, session -> staging.memory().arena()) : staging.shared();
    }

    /** A segment is gone: those who know it are told. */
    void dropped(long segment) {
        links.forEach(link -> link.dropped(segment));
    }

    Message.Welcome welcome(String channel) {
        return new Message.Welcome(
                Limits.VERSION, epoch, channel, settings.base().maxObjectBytes(), staging.memory().capacity(), settings.lease().toMillis());
    }

    /** @return why the reservation is refused whatever room there is, null if it is not */
    String refusal(Message.Reserve reserve) {
        if (reserve.epoch() != epoch) {
            return "epoch " + reserve.epoch() + " is not this receiver's";
        }
        if (reserve.keys().size() > settings.base().maxKeysPerTask()) {
            return "keys: " + reserve.keys().size() + " are not allowed, must be at most " + settings.base().maxKeysPerTask();
        }
        for (int length : reserve.lengths()) {
            if (length > settings.base().maxObjectBytes()) {
                return "lengths: " + length + " is not allowed, must be at most " + settings.base().maxObjectBytes();
            }
        }
        return null;
    }

    /** The same sender's older connection, if it is still there, is dead without knowing it. */
    void greeted(SenderLink link) {
        connected++;
        channelsInUse = links.stream()
                .filter(each -> !each.sender().isEmpty())
                .map(SenderLink::channel)
                .distinct()
                .collect(Collectors.joining(", "));
        for (SenderLink other : List.copyOf(links)) {
            if (other != link && other.rank() == link.rank() && other.sender().equals(link.sender())) {
                other.close("replaced by a new connection of the same sender");
            }
        }
    }

    void gone(SenderLink link, boolean stranger, Throwable cause) {
        links.remove(link);
        lingering++;
        if (links.stream().noneMatch(other -> other.sender().equals(link.sender()))) {
            // Comes back with new segments; the old ones go as they are read.
            arenas.remove(link.sender());
        }
        if (stranger) {
            strangers++;
            security.refusals().refused(link.address(), WHERE, kind(cause), reason(cause));
        } else {
            connected--;
            if (cause instanceof ProtocolException) {
                security.refusals().refused(link.address(), WHERE, Refusals.Kind.PROTOCOL, reason(cause));
            }
        }
    }

    /** The other side has closed a connection that has {@link #gone}. */
    void closed() {
        lingering--;
    }

    private static Refusals.Kind kind(Throwable cause) {
        return cause instanceof SilenceException ? Refusals.Kind.TOO_SLOW
                : cause instanceof SSLException && cause.getCause() instanceof CertificateException ? Refusals.Kind.WRONG_KEY
                : Refusals.Kind.STRANGER;
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    void cancel(RequestName request) {
        requests.cancel(request);
        desk.settle();
    }

    void sign(String sender) {
        requests.sign(sender, System.nanoTime());
    }

    void countStale(int bytes) {
        staleBytes += bytes;
    }

    void tick(long nowNanos) {
        Duration silence = settings.heartbeat().multipliedBy(SILENT_HEARTBEATS);
        long nanos = Math.max(silence.toNanos(), settings.lease().toNanos());
        for (SenderLink link : List.copyOf(links)) {
            link.endIfSilent(nowNanos, nanos);
            link.endIfOutgrown(nowNanos, settings.reconnectMost().toNanos());
        }
    }

    /** @return senders that are connected; safe for all threads */
    int connected() {
        return connected;
    }

    /** @return channels of the senders that are connected, or what is offered to them; safe for all threads */
    String channelsInUse() {
        return channelsInUse;
    }

    /** @return bytes that came for slots that were given up, and were dropped; safe for all threads */
    long staleBytes() {
        return staleBytes;
    }

    /** @return connections that ended without a hello; safe for all threads */
    long strangers() {
        return strangers;
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            // It is of no use any more either way.
        }
    }
}
