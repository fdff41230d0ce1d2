package org.kvdock.l2.pd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.security.Exposure;
import org.kvdock.l2.pd.security.SecuritySettings;

/**
 * What a PD adapter can be told. Keys that LMCache has keep its names.
 *
 * @param role which end this is
 * @param channel how bytes travel
 * @param peerHost sender: the receiver's address; receiver: the address to listen on
 * @param initPorts transfer port of each TP rank; on a receiver 0 takes a free one
 * @param allocPorts ZeroMQ port of each TP rank, as many as transfer ports
 * @param proxy who is told that a request has arrived; empty for nobody
 * @param proxyAcknowledges whether the proxy answers each notification, which is repeated until it does
 * @param bufferBytes the receiver's staging, and a mock_memory sender's
 * @param stagingDirectory where staging outlives its process; empty: it does not
 * @param lease how long a reservation outlives its sender's last sign of life
 * @param requestLease how long a request's chunks are kept for a reader that does not come
 * @param heartbeat time between signs of life; a link that is silent for three of them while an answer is due is lost
 * @param reconnectLeast first pause between two tries to connect, or to open a channel
 * @param reconnectMost longest pause
 * @param security key files, or none
 * @param unprotected what is open to other machines without security, because the configuration says so
 * @param base what every adapter has
 */
public record PdSettings(
        Role role,
        ChannelChoice channel,
        Optional<InetAddress> peerHost,
        List<Integer> initPorts,
        List<Integer> allocPorts,
        Optional<InetSocketAddress> proxy,
        boolean proxyAcknowledges,
        long bufferBytes,
        Optional<Path> stagingDirectory,
        Duration lease,
        Duration requestLease,
        Duration heartbeat,
        Duration reconnectLeast,
        Duration reconnectMost,
        SecuritySettings security,
        List<String> unprotected,
        AdapterSettings base) {

    /**
     * @param config the adapter's configuration
     * @return its settings
     * @throws BadConfigurationException if a value is missing, not allowed, or does not fit another one
     */
    public static PdSettings read(ConfigReader config) {
        return read(config, Exposure.LOOPBACK);
    }

    /** @param loopback tells addresses that never leave this machine */
    static PdSettings read(ConfigReader config, Predicate<InetAddress> loopback) {
        Role role = config.choice("role", Role.class, null, "sender on the prefill side, receiver on the decode side");
        ChannelChoice channel = config.choice(
                "transfer_channel", ChannelChoice.class, ChannelChoice.AUTO,
                "how bytes travel; mock_memory stays inside this process and needs no peer");
        boolean peerless = channel == ChannelChoice.MOCK_MEMORY;
        boolean receiver = role == Role.RECEIVER;
        SecuritySettings security = SecuritySettings.read(config);
        Exposure exposure = new Exposure(loopback, security.allowInsecure());
        Optional<InetAddress> host = Optional.empty();
        List<Integer> init = List.of();
        List<Integer> alloc = List.of();
        if (!peerless || config.isDescribing()) {
            String hostText = config.text(
                    "peer_host", receiver ? "127.0.0.1" : null,
                    "sender: where the receiver is; receiver: where it listens (127.0.0.1); off loopback with security");
            host = Optional.of(exposure.address(
                    "peer_host", config.isDescribing() ? "127.0.0.1" : hostText,
                    SecuritySettings.DIRECTORY, security.directory().isPresent()));
            if (!receiver && host.get().isAnyLocalAddress()) {
                throw new BadConfigurationException("peer_host", hostText, "the address of one machine, on a sender");
            }
            int least = receiver || config.isDescribing() ? 0 : 1;
            init = config.integers("peer_init_port", null, least, 65535, "transfer port of each TP rank; a receiver takes a free one for 0");
            alloc = config.integers("peer_alloc_port", null, least, 65535, "ZeroMQ port of each TP rank, as many as transfer ports");
            if (init.size() != alloc.size()) {
                throw new BadConfigurationException(
                        "peer_alloc_port: " + alloc.size() + " ports are not allowed, must be " + init.size()
                                + ", one for each of peer_init_port");
            }
        }
        if (channel == ChannelChoice.UCX && !config.isDescribing()) {
            exposure.channel("transfer_channel", "ucx", host.orElseThrow());
        }
        Optional<InetSocketAddress> proxy = proxy(config, exposure, security);
        boolean acknowledges = config.flag(
                "proxy_acknowledges", false,
                "whether proxy_port is a ROUTER socket that answers each notification; it is repeated until then");
        if (acknowledges && proxy.isEmpty() && !config.isDescribing()) {
            throw new BadConfigurationException("proxy_host: is missing, must be given with proxy_acknowledges");
        }
        long buffer = config.number("buffer_size", 256L << 20, 1, 1L << 46, "bytes of staging on a receiver and of a mock_memory sender");
        Optional<Path> directory = config.optionalText(
                        "staging_dir", "receiver: directory of staging that outlives its process; none: it does not")
                .map(text -> SecuritySettings.directory("staging_dir", text));
        config.choice("buffer_device", BufferDevice.class, BufferDevice.CPU, "where staging lives");
        Duration lease = config.millis("reservation_lease_ms", Duration.ofSeconds(10), "how long reserved room outlives its sender's last sign of life");
        Duration requestLease = config.millis("request_lease_ms", Duration.ofMinutes(5), "how long a request's chunks wait for their reader");
        Duration heartbeat = config.millis("heartbeat_ms", Duration.ofSeconds(1), "time between signs of life on a link");
        Duration least = config.millis("reconnect_min_ms", Duration.ofMillis(50), "first pause before connecting, or opening a channel, again");
        Duration most = config.millis("reconnect_max_ms", Duration.ofSeconds(5), "longest pause before connecting, or opening a channel, again");
        if (most.compareTo(least) < 0) {
            throw new BadConfigurationException("reconnect_max_ms", most.toMillis(), "at least reconnect_min_ms, " + least.toMillis());
        }
        return new PdSettings(
                role, channel, host, init, alloc, proxy, acknowledges, buffer, directory, lease, requestLease, heartbeat, least, most,
                security, exposure.unprotected(), AdapterSettings.read(config));
    }

    /** @return who must be able to take part in transfers; nobody yet where there is no peer */
    public Reach reach() {
        return peerHost.map(InetAddress::isLoopbackAddress).orElse(true) ? Reach.THIS_MACHINE : Reach.OTHER_MACHINES;
    }

    /**
     * @return whether bytes may travel beside the transfer connection and its security, where the receiver is another
     *     machine: the operator must have said so
     */
    public boolean mayGoUnprotected() {
        return reach() == Reach.THIS_MACHINE || security.allowInsecure();
    }

    private static Optional<InetSocketAddress> proxy(ConfigReader config, Exposure exposure, SecuritySettings security) {
        Optional<String> host = config.optionalText("proxy_host", "who is told that a request has arrived; off loopback with proxy_key");
        Optional<String> port = config.optionalText("proxy_port", "the proxy's ZeroMQ port, PULL or, with proxy_acknowledges, ROUTER; 1 to 65535");
        if (host.isPresent() != port.isPresent()) {
            throw new BadConfigurationException(
                    (host.isPresent() ? "proxy_port" : "proxy_host") + ": is missing, must be given with "
                            + (host.isPresent() ? "proxy_host" : "proxy_port"));
        }
        return host.map(text -> new InetSocketAddress(
                exposure.address("proxy_host", text, "proxy_key", security.proxyKey().isPresent()), port(port.get())));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException("proxy_port", text, "a whole number from 1 to 65535");
    }
}
