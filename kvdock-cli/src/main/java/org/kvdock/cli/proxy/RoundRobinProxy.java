package org.kvdock.cli.proxy;

import java.util.BitSet;
import org.kvdock.cli.workload.Routes;

/**
 * Hands requests to the decode hosts in turn, each when its blocks have arrived there, and once. For one thread: the
 * listener's.
 */
public final class RoundRobinProxy {
    /** What becomes of requests. */
    public interface Outcome {
        /**
         * All of a request's blocks are at a decode host.
         *
         * @param decode which one, from 0
         * @param line the request's number, from 1
         */
        void handOver(int decode, int line);

        /**
         * A request will not arrive.
         *
         * @param line the request's number, from 1
         */
        void failed(int line);
    }

    private final Routes routes;
    private final int requests;
    private final Outcome outcome;
    private final BitSet told = new BitSet();

    /** @param requests how many there are; their names are their numbers, from 1 */
    public RoundRobinProxy(Routes routes, int requests, Outcome outcome) {
        this.routes = routes;
        this.requests = requests;
        this.outcome = outcome;
    }

    /** A sender has spoken. */
    public void told(ProxyMessage message) {
        int line = line(message.requestId());
        if (line == 0) {
            System.err.println("the proxy was told of a request that is not in the workload: " + message);
        } else if (told.get(line)) {
            System.err.println("the proxy was told twice of request " + line);
        } else {
            told.set(line);
            if (message.failed()) {
                outcome.failed(line);
            } else {
                outcome.handOver(routes.decode(line), line);
            }
        }
    }

    private int line(String requestId) {
        try {
            int line = Integer.parseInt(requestId);
            return line >= 1 && line <= requests ? line : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
