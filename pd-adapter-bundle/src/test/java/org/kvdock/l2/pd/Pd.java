package org.kvdock.l2.pd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.relay.HeldPorts;

/** Makes PD adapters for tests, each with short pauses and ports of its own. */
public final class Pd {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    /** For as long as this process lives. */
    private static final Queue<HeldPorts> DEAD = new ConcurrentLinkedQueue<>();

    private Pd() {}

    /** @return a configuration from keys and values */
    public static Map<String, Object> config(Object... keysAndValues) {
        Map<String, Object> config = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return config;
    }

    /** @return an adapter of this configuration */
    public static L2Adapter adapter(Map<String, Object> config, HoldingsRef holdings) {
        return adapter(config, holdings, FoundChannels.loaded());
    }

    /** @return an adapter of this configuration, with channels that come and go */
    public static L2Adapter adapter(Map<String, Object> config, HoldingsRef holdings, FoundChannels found) {
        String name = config.get("role") + "-" + NUMBER.getAndIncrement();
        return new PdAdapterFactory().create(name, config, new MemoryJournals(), holdings, found);
    }

    /** @return a receiver on free ports with that much staging */
    public static L2Adapter receiver(long stagingBytes, HoldingsRef holdings, Object... more) {
        Map<String, Object> config = config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", stagingBytes);
        config.putAll(config(more));
        return adapter(config, holdings);
    }

    /** @return a sender to a receiver */
    public static L2Adapter sender(L2Adapter receiver, Object... more) {
        AdapterStatus status = receiver.status();
        return sender(status.details().get("peer_init_port"), status.details().get("peer_alloc_port"), more);
    }

    /** @return a sender to these ports */
    public static L2Adapter sender(String initPorts, String allocPorts, Object... more) {
        Map<String, Object> config = config(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", initPorts, "peer_alloc_port", allocPorts,
                "reconnect_min_ms", 5, "reconnect_max_ms", 50);
        config.putAll(config(more));
        return adapter(config, new HoldingsRef());
    }

    /** @return the one port in a list of one */
    public static int port(L2Adapter receiver, String key) {
        return Integer.parseInt(receiver.status().details().get(key).replaceAll("[\\[\\]]", ""));
    }

    /** @return another port each time, where nobody listens for as long as this process lives */
    public static int deadPort() {
        try {
            HeldPorts dead = HeldPorts.take(1);
            DEAD.add(dead);
            return dead.numbers().get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
