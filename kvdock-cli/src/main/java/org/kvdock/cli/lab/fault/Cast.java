package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is on a stage: each side's configuration, the end that plays it now, and every end that has. For the scenario's
 * thread, but {@link #lives}.
 */
final class Cast {
    private static final int STAGING_BYTES = 8 << 20;

    private final Path place;
    private final KeyRing keys;
    private final Channel channel;
    private final Line line;
    // In the adapters' names, so that what they leave in shared memory, and their threads, can be told apart.
    private final String tag;
    private final Map<Side, Map<String, String>> configurations = new EnumMap<>(Side.class);
    private final Set<Side> children = new HashSet<>();
    private final Map<Side, Integer> descriptors = new EnumMap<>(Side.class);
    private final Map<Side, End> ends = new EnumMap<>(Side.class);
    private final List<End> lives = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param place a directory of its own
     * @param tag in the names of its adapters, and in no other cast's
     */
    Cast(Path place, KeyRing keys, Channel channel, Line line, String tag) {
        this.place = place;
        this.keys = keys;
        this.channel = channel;
        this.line = line;
        this.tag = tag;
        for (Side side : Side.values()) {
            configurations.put(side, new HashMap<>(Map.of(
                    "role", Scenario.lower(side),
                    "transfer_channel", channel.configured(),
                    "reservation_lease_ms", Stage.millis(Stage.LEASE),
                    "lock_lease_ms", Stage.millis(Stage.LOCK_LEASE),
                    "heartbeat_ms", Stage.millis(Stage.HEARTBEAT),
                    "lookup_timeout_ms", Stage.millis(Stage.DEADLINE),
                    "load_timeout_ms", Stage.millis(Stage.DEADLINE),
                    "close_grace_ms", "200",
                    "buffer_size", Integer.toString(STAGING_BYTES))));
        }
        configurations.get(Side.RECEIVER).putAll(Map.of("peer_init_port", "[0]", "peer_alloc_port", "[0]"));
        configurations.get(Side.SENDER).putAll(Map.of(
                "peer_host", "127.0.0.1",
                "peer_init_port", "[" + line.transferPort() + "]",
                "peer_alloc_port", "[" + line.allocPort() + "]",
                "reconnect_min_ms", "20",
                "reconnect_max_ms", "200"));
    }

    /** @param mostDescriptors file descriptors that its process may have, 0 for any number */
    void child(Side side, int mostDescriptors) {
        children.add(side);
        descriptors.put(side, mostDescriptors);
    }

    /** @return one side's configuration, for changes before the next start */
    Map<String, String> configuration(Side side) {
        return configurations.get(side);
    }

    /** Starts both sides. */
    void open() throws Exception {
        if (channel == Channel.TLS) {
            for (Side side : Side.values()) {
                configurations.get(side).putIfAbsent("security_dir", keys.of(Scenario.lower(side)));
            }
            configurations.get(Side.SENDER).putIfAbsent("peer_key", "receiver");
        }
        start(Side.RECEIVER);
        start(Side.SENDER);
        arrived(Side.RECEIVER);
        arrived(Side.SENDER);
    }

    /** Starts a side again, on the journal that it had, and leads the line to it. */
    End restart(Side side) throws Exception {
        start(side);
        return arrived(side);
    }

    /** Starts a sender of another name, on a journal of its own, whose configuration differs in these keys. */
    End another(String name, Map<String, String> different) throws Exception {
        Map<String, String> configuration = new HashMap<>(configurations.get(Side.SENDER));
        configuration.putAll(different);
        return here(Side.SENDER, name + "-" + tag, configuration).awaitOpen();
    }

    private void start(Side side) throws IOException {
        String name = name(side);
        Map<String, String> configuration = configurations.get(side);
        ends.put(side, children.contains(side)
                ? process(side, name, configuration, descriptors.get(side))
                : here(side, name, configuration));
    }

    // A native library that aborts takes its process with it, and that must not be the campaign's.
    private End here(Side side, String name, Map<String, String> configuration) throws IOException {
        return channel == Channel.UCX
                ? process(side, name, configuration, 0)
                : living(new LocalEnd(side, name, journals(), given(configuration)));
    }

    private End process(Side side, String name, Map<String, String> configuration, int mostDescriptors) throws IOException {
        Path directory = Files.createDirectories(place.resolve(name));
        return living(new ChildEnd(side, name, journals(), directory, given(configuration), mostDescriptors));
    }

    private End living(End end) {
        lives.add(end);
        return end;
    }

    private static Map<String, String> given(Map<String, String> configuration) {
        Map<String, String> given = new HashMap<>(configuration);
        given.values().removeIf(String::isEmpty);
        return given;
    }

    private End arrived(Side side) throws Trouble, InterruptedException {
        End end = end(side).awaitOpen();
        if (side == Side.RECEIVER) {
            line.lead(end.port("init_port"), end.port("alloc_port"));
        }
        return end;
    }

    /** @return the adapter's name that plays this side */
    String name(Side side) {
        return Scenario.lower(side) + "-" + tag;
    }

    Path journals() {
        return place.resolve("journal");
    }

    /** @return who plays this side now */
    End end(Side side) {
        return ends.get(side);
    }

    /** @return everybody there was, in the order of their starts; from any thread */
    List<End> lives() {
        synchronized (lives) {
            return List.copyOf(lives);
        }
    }
}
