package org.kvdock.l2.pd.security;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.pd.net.Wiring;

/** One adapter's security as it was configured: key files are read once, when it starts. Safe for all threads. */
public final class Security {
    private static final System.Logger LOG = System.getLogger(Security.class.getName());
    private static final Duration SOON = Duration.ofDays(30);

    private final Refusals refusals;
    private final Wiring wiring;
    private final Optional<Curve> curve;
    private final Optional<CurveKeys> receiver;
    private final Optional<CurveKeys> proxy;
    private final String description;

    private Security(
            Refusals refusals, Wiring wiring, Optional<Curve> curve, Optional<CurveKeys> receiver,
            Optional<CurveKeys> proxy, String description) {
        this.refusals = refusals;
        this.wiring = wiring;
        this.curve = curve;
        this.receiver = receiver;
        this.proxy = proxy;
        this.description = description;
    }

    /**
     * Reads the key files, and warns of what is open to everybody.
     *
     * @param adapter the adapter instance's name
     * @param sender whether it connects to one receiver, or listens
     * @param unprotected what {@link Exposure} let through without security
     * @throws BadConfigurationException if a key file cannot be used
     */
    public static Security open(String adapter, SecuritySettings settings, boolean sender, List<String> unprotected) {
        Refusals refusals = new Refusals(adapter);
        if (!unprotected.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, adapter + ": allow_insecure is true and " + String.join(", ", unprotected)
                    + " is not loopback: whoever reaches its ports can read, store and remove KV chunks");
        }
        if (settings.directory().isEmpty()) {
            return new Security(
                    refusals, Wiring.PLAIN, Optional.empty(), Optional.empty(), Optional.empty(),
                    unprotected.isEmpty() ? "none, loopback only" : "none, allow_insecure");
        }
        Identity identity = Identity.load(settings.directory().get());
        warnOfExpiry(adapter, "its own certificate", identity.certificate());
        identity.peers().values().forEach(peer ->
                peer.certificate().ifPresent(certificate -> warnOfExpiry(adapter, "the certificate of " + peer.name(), certificate)));
        Optional<Identity.Peer> receiver = sender ? Optional.of(receiver(identity, settings)) : Optional.empty();
        Optional<Identity.Peer> proxy = settings.proxyKey().map(name -> named(identity, "proxy_key", name));
        Collection<Identity.Peer> allowed = receiver.<Collection<Identity.Peer>>map(List::of).orElse(identity.peers().values());
        return new Security(
                refusals, new Tls(identity, allowed), Optional.of(new Curve(identity)),
                receiver.map(Identity.Peer::curve), proxy.map(Identity.Peer::curve),
                "TLS 1.3 and CURVE, " + (sender ? "to " : "for ")
                        + String.join(", ", allowed.stream().map(Identity.Peer::name).toList()));
    }

    private static Identity.Peer receiver(Identity identity, SecuritySettings settings) {
        Map<String, Identity.Peer> withCertificate = new TreeMap<>(identity.peers());
        withCertificate.values().removeIf(peer -> peer.certificate().isEmpty());
        settings.proxyKey().ifPresent(name -> {
            if (settings.peerKey().isEmpty()) {
                withCertificate.remove(name);
            }
        });
        if (settings.peerKey().isPresent()) {
            Identity.Peer peer = named(identity, "peer_key", settings.peerKey().get());
            if (peer.certificate().isEmpty()) {
                throw new BadConfigurationException(
                        "peer_key", peer.name(), "a peer with a certificate, " + peer.name() + Identity.CERTIFICATE);
            }
            return peer;
        }
        if (withCertificate.size() != 1) {
            throw new BadConfigurationException(
                    "peer_key: is missing, must say which peer is the receiver: one of " + withCertificate.keySet());
        }
        return withCertificate.values().iterator().next();
    }

    private static Identity.Peer named(Identity identity, String key, String name) {
        Identity.Peer peer = identity.peers().get(name);
        if (peer == null) {
            throw new BadConfigurationException(key, name, "one of " + identity.peers().keySet() + " in " + SecuritySettings.DIRECTORY);
        }
        return peer;
    }

    private static void warnOfExpiry(String adapter, String whose, X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        if (Instant.now().plus(SOON).isAfter(end)) {
            LOG.log(System.Logger.Level.WARNING, adapter + ": " + whose
                    + (Instant.now().isAfter(end) ? " has expired on " : " expires on ") + end
                    + "; ./kvdock keys makes new ones");
        }
    }

    /** @return how long the other end of a new transfer connection has to say who it is and be answered */
    public Duration greetingTime() {
        // A first handshake loads a good part of the JDK, on both sides.
        return wiring == Wiring.PLAIN ? Duration.ofSeconds(3) : Duration.ofSeconds(10);
    }

    /** @return protects transfer connections */
    public Wiring wiring() {
        return wiring;
    }

    /** @return protects the control plane; empty for no security */
    public Optional<Curve> curve() {
        return curve;
    }

    /** @return a sender's receiver; empty for no security */
    public Optional<CurveKeys> receiver() {
        return receiver;
    }

    /** @return the proxy; empty for one without security */
    public Optional<CurveKeys> proxy() {
        return proxy;
    }

    /** @return says who was turned away */
    public Refusals refusals() {
        return refusals;
    }

    /** @return one line for status */
    @Override
    public String toString() {
        return description;
    }
}
