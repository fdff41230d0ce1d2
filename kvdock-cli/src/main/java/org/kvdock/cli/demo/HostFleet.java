package org.kvdock.cli.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.cli.replay.DecodeReplay;
import org.kvdock.cli.replay.PrefillReplay;
import org.kvdock.cli.replay.RoutePolicy;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.Workload;

/**
 * The configurations of all hosts: what an operator of a real deployment would write. A decode host has one receiver; a
 * prefill host has a sender for each decode host, and a store policy that picks among them.
 */
final class HostFleet {
    private static final String HOST = "org.kvdock.host";
    /** The host's component under its own name: it is there only when it has its adapters and its policy. */
    private static final String HOST_COMPONENT = "org.kvdock.host.osgi.HostComponent";
    private static final String AT_LEAST = ".cardinality.minimum";
    private static final String JOURNAL = "org.kvdock.journal.chronicle";
    private static final String PD = "org.kvdock.l2.pd~";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORTS_PER_RECEIVER = 2;

    private final DemoOptions options;
    private final Workload workload;
    private final MemoryPlan plan;
    private final Routes routes;
    private final Optional<Path> keys;
    private final List<Integer> ports;

    /**
     * @param keys directories of key files, named after the hosts; empty for no security
     * @param ports for nobody else, as many as {@link #ports} says; the first is the proxy's
     */
    HostFleet(DemoOptions options, Workload workload, MemoryPlan plan, Optional<Path> keys, List<Integer> ports) {
        this.options = options;
        this.workload = workload;
        this.plan = plan;
        this.routes = options.routes();
        this.keys = keys;
        this.ports = List.copyOf(ports);
    }

    /** @return how many ports that many decode hosts and the proxy need */
    static int ports(int decodes) {
        return 1 + PORTS_PER_RECEIVER * decodes;
    }

    /** @return where the proxy listens */
    int proxyPort() {
        return ports.get(0);
    }

    /**
     * @param host which prefill host, from 0
     * @param journals root of its journals
     */
    Map<String, Map<String, Object>> prefill(int host, Path journals) {
        Map<String, Map<String, Object>> all = configurations(journals, plan.l1Bounded() ? plan.l1Blocks() : 0);
        all.put(HOST_COMPONENT, Map.of("Adapter" + AT_LEAST, routes.decodes(), "StorePolicy" + AT_LEAST, 1));
        all.put(RoutePolicy.PID, Map.of("prefills", routes.prefills(), "decodes", routes.decodes()));
        for (int decode = 0; decode < routes.decodes(); decode++) {
            Map<String, Object> sender = pd(routes.adapterNames().get(decode), "sender", decode);
            sender.put("proxy_host", LOOPBACK);
            sender.put("proxy_port", proxyPort());
            String receiver = routes.decodeNames().get(decode);
            protect(sender, routes.prefillNames().get(host)).ifPresent(directory -> sender.put("peer_key", receiver));
            all.put(PD + sender.get("name"), sender);
        }
        Map<String, Object> replay = replay();
        replay.put("prefill", host);
        replay.put(PrefillReplay.ADAPTERS + AT_LEAST, routes.decodes());
        all.put(PrefillReplay.PID, replay);
        return all;
    }

    /**
     * @param host which decode host, from 0
     * @param journals root of its journals
     */
    Map<String, Map<String, Object>> decode(int host, Path journals) {
        Map<String, Map<String, Object>> all = configurations(journals, plan.decodeL1Bounded() ? plan.decodeL1Blocks() : 0);
        all.put(HOST_COMPONENT, Map.of("Adapter" + AT_LEAST, 1));
        Map<String, Object> receiver = pd("pd", "receiver", host);
        receiver.put("buffer_size", plan.stagingBytes());
        protect(receiver, routes.decodeNames().get(host));
        all.put(PD + receiver.get("name"), receiver);
        all.put(DecodeReplay.PID, replay());
        return all;
    }

    /** @return off-heap memory that a prefill process may take: L1, and room for buffers of channels */
    long prefillDirectBytes() {
        return plan.l1Blocks() * options.blockBytes() + (1L << 30);
    }

    /** @return off-heap memory that a decode process may take */
    long decodeDirectBytes() {
        return plan.decodeL1Blocks() * options.blockBytes() + plan.stagingBytes() + (1L << 30);
    }

    private static Map<String, Map<String, Object>> configurations(Path journals, long l1MaxObjects) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put(JOURNAL, Map.of("root", journals.toString()));
        all.put(HOST, Map.of("l1_max_objects", l1MaxObjects));
        return all;
    }

    private Map<String, Object> pd(String name, String role, int decode) {
        int first = 1 + PORTS_PER_RECEIVER * decode;
        Map<String, Object> pd = new LinkedHashMap<>();
        pd.put("name", name);
        pd.put("role", role);
        pd.put("peer_host", LOOPBACK);
        pd.put("peer_init_port", List.of(ports.get(first)));
        pd.put("peer_alloc_port", List.of(ports.get(first + 1)));
        pd.put("transfer_channel", options.channel().name());
        return pd;
    }

    private Optional<Path> protect(Map<String, Object> pd, String host) {
        keys.ifPresent(directory -> pd.put("security_dir", directory.resolve(host).toString()));
        return keys;
    }

    private Map<String, Object> replay() {
        Map<String, Object> replay = new LinkedHashMap<>();
        options.trace().ifPresent(trace -> replay.put("trace", trace.toString()));
        replay.put("seed", options.seed());
        replay.put("requests", workload.requests().size());
        replay.put("prefills", routes.prefills());
        replay.put("decodes", routes.decodes());
        replay.put("block_bytes", options.blockBytes());
        replay.put("window", options.window());
        replay.put("l1_blocks", plan.l1Bounded() ? plan.l1Blocks() : Long.MAX_VALUE);
        // All prefill hosts together may not have more on the way to one decode host than its L1 holds.
        replay.put("decode_l1_blocks", plan.decodeL1Bounded() ? plan.decodeL1Blocks() / routes.prefills() : Long.MAX_VALUE);
        replay.put("pace", options.pace());
        return replay;
    }
}
