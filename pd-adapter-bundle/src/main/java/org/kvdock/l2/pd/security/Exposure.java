package org.kvdock.l2.pd.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.kvdock.l2.BadConfigurationException;

/**
 * The one place that decides which addresses may be listened on or connected to: loopback always, others with security,
 * or where {@code allow_insecure} says so. For one thread.
 */
public final class Exposure {
    /** What counts as this machine alone. */
    public static final Predicate<InetAddress> LOOPBACK = InetAddress::isLoopbackAddress;

    private final Predicate<InetAddress> loopback;
    private final boolean allowInsecure;
    private final List<String> unprotected = new ArrayList<>();

    /**
     * @param loopback tells addresses that never leave this machine
     * @param allowInsecure whether the others may go without security
     */
    public Exposure(Predicate<InetAddress> loopback, boolean allowInsecure) {
        this.loopback = loopback;
        this.allowInsecure = allowInsecure;
    }

    /**
     * @param key the configuration key, for the message
     * @param host an address in figures or {@code localhost}; no name is ever resolved
     * @param securedBy the configuration key that would protect it
     * @param secured whether that is given
     * @return the address
     * @throws BadConfigurationException if it is no address, or one that may not be used
     */
    public InetAddress address(String key, String host, String securedBy, boolean secured) {
        InetAddress address = literal(key, host);
        if (secured || loopback.test(address)) {
            return address;
        }
        if (!allowInsecure) {
            throw new BadConfigurationException(
                    key, host, "a loopback address (127.0.0.1, ::1 or localhost), or secured by " + securedBy
                            + " (./kvdock keys makes the files), or open to everybody by allow_insecure: true");
        }
        unprotected.add(key + " " + host);
        return address;
    }

    /**
     * Asks whether a channel may be used whose bytes no security protects.
     *
     * @param key the configuration key, for the message
     * @param channel the channel
     * @param address the receiver's
     * @throws BadConfigurationException if it may not
     */
    public void channel(String key, String channel, InetAddress address) {
        if (loopback.test(address)) {
            return;
        }
        if (!allowInsecure) {
            throw new BadConfigurationException(
                    key, channel, "tcp or auto off loopback, or what anybody may read and write by allow_insecure: true"
                            + " (security_dir does not protect bytes over " + channel + ")");
        }
        unprotected.add(key + " " + channel);
    }

    private static InetAddress literal(String key, String host) {
        boolean figures = host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.indexOf(':') >= 0;
        try {
            if (figures || host.equals("localhost")) {
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException(
                key, host, "an address in figures, as 127.0.0.1 (loopback) or 192.0.2.7, or localhost: no name is resolved");
    }

    /** @return what is open without security, as {@code key value}, in the order of asking */
    public List<String> unprotected() {
        return List.copyOf(unprotected);
    }
}
