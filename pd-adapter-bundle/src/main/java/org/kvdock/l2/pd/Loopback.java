package org.kvdock.l2.pd;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.kvdock.l2.BadConfigurationException;

/** Hosts that never leave this machine. */
final class Loopback {
    private static final String ALLOWED = "a loopback address (127.0.0.1, ::1 or localhost): without security nothing else is listened on or connected to";

    private Loopback() {}

    /**
     * @param key the configuration key, for the message
     * @param host a literal address or {@code localhost}; no name is ever resolved
     * @return its address
     * @throws BadConfigurationException if it is anything else
     */
    static InetAddress address(String key, String host) {
        boolean literal = host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.indexOf(':') >= 0;
        try {
            if (literal || host.equals("localhost")) {
                InetAddress address = InetAddress.getByName(host);
                if (address.isLoopbackAddress()) {
                    return address;
                }
            }
        } catch (UnknownHostException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException(key, host, ALLOWED);
    }
}
