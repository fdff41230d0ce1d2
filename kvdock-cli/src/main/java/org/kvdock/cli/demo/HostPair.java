package org.kvdock.cli.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.cli.replay.DecodeReplay;
import org.kvdock.cli.replay.PrefillReplay;
import org.kvdock.cli.workload.Workload;

/** The configurations of both hosts: what an operator of a real pair would write. */
final class HostPair {
    private static final String HOST = "org.kvdock.host";
    /** The host's component under its own name: it is there only when it has its adapter. */
    private static final String HOST_COMPONENT = "org.kvdock.host.osgi.HostComponent";
    private static final String ADAPTERS_AT_LEAST = "Adapter.cardinality.minimum";
    private static final String JOURNAL = "org.kvdock.journal.chronicle";
    private static final String PD = "org.kvdock.l2.pd~pd";
    private static final String LOOPBACK = "127.0.0.1";

    private final DemoOptions options;
    private final Workload workload;
    private final MemoryPlan plan;
    private final Optional<Path> keys;
    private final int initPort;
    private final int allocPort;
    private final int proxyPort;

    /**
     * @param keys directories of key files, named after the roles; empty for no security
     * @param ports three free ones
     */
    HostPair(DemoOptions options, Workload workload, MemoryPlan plan, Optional<Path> keys, List<Integer> ports) {
        this.options = options;
        this.workload = workload;
        this.plan = plan;
        this.keys = keys;
        this.initPort = ports.get(0);
        this.allocPort = ports.get(1);
        this.proxyPort = ports.get(2);
    }

    /** @param journals root of the prefill side's journals */
    Map<String, Map<String, Object>> prefill(Path journals) {
        Map<String, Object> sender = pd("sender");
        sender.put("proxy_host", LOOPBACK);
        sender.put("proxy_port", proxyPort);
        return configurations(journals, sender, plan.l1Bounded() ? plan.l1Blocks() : 0, PrefillReplay.PID);
    }

    /** @param journals root of the decode side's journals */
    Map<String, Map<String, Object>> decode(Path journals) {
        Map<String, Object> receiver = pd("receiver");
        receiver.put("buffer_size", plan.stagingBytes());
        return configurations(
                journals, receiver, plan.decodeL1Bounded() ? plan.decodeL1Blocks() : 0, DecodeReplay.PID);
    }

    /** @return off-heap memory that the prefill process may take: L1, and room for buffers of channels */
    long prefillDirectBytes() {
        return plan.l1Blocks() * options.blockBytes() + (1L << 30);
    }

    /** @return off-heap memory that the decode process may take */
    long decodeDirectBytes() {
        return plan.decodeL1Blocks() * options.blockBytes() + plan.stagingBytes() + (1L << 30);
    }

    private Map<String, Map<String, Object>> configurations(
            Path journals, Map<String, Object> pd, long l1MaxObjects, String replayPid) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put(JOURNAL, Map.of("root", journals.toString()));
        all.put(HOST, Map.of("l1_max_objects", l1MaxObjects));
        all.put(HOST_COMPONENT, Map.of(ADAPTERS_AT_LEAST, 1));
        all.put(PD, pd);
        all.put(replayPid, replay());
        return all;
    }

    private Map<String, Object> pd(String role) {
        Map<String, Object> pd = new LinkedHashMap<>();
        pd.put("name", "pd");
        pd.put("role", role);
        pd.put("peer_host", LOOPBACK);
        pd.put("peer_init_port", List.of(initPort));
        pd.put("peer_alloc_port", List.of(allocPort));
        pd.put("transfer_channel", options.channel().name());
        keys.ifPresent(directory -> pd.put("security_dir", directory.resolve(role).toString()));
        return pd;
    }

    private Map<String, Object> replay() {
        Map<String, Object> replay = new LinkedHashMap<>();
        options.trace().ifPresent(trace -> replay.put("trace", trace.toString()));
        replay.put("seed", options.seed());
        replay.put("requests", workload.requests().size());
        replay.put("block_bytes", options.blockBytes());
        replay.put("window", options.window());
        replay.put("l1_blocks", plan.l1Bounded() ? plan.l1Blocks() : Long.MAX_VALUE);
        replay.put("decode_l1_blocks", plan.decodeL1Bounded() ? plan.decodeL1Blocks() : Long.MAX_VALUE);
        replay.put("pace", options.pace());
        replay.put("proxy_port", proxyPort);
        return replay;
    }
}
