package org.kvdock.l2.pd.zmq;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses as ZeroMQ writes them. */
final class Endpoints {
    private Endpoints() {}

    static String of(InetAddress host, int port) {
        return "tcp://" + host(host) + ":" + port;
    }

    /** @return an endpoint to bind to any free port */
    static String anyPort(InetAddress host) {
        return "tcp://" + host(host) + ":*";
    }

    private static String host(InetAddress host) {
        return host instanceof Inet6Address ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
    }

    /** @return the port of an endpoint */
    static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
