package org.kvdock.cli.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.cli.workload.TraceReader;
import org.kvdock.cli.workload.Workload;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.ConfigReader;

/**
 * What either end is told; all hosts make the same workload from it.
 *
 * @param workload the requests of all hosts
 * @param routes who takes which of them
 * @param prefill which of the prefill hosts this is, from 0; of no use on a decode host
 * @param blockBytes length of each block
 * @param window most requests that this prefill host has begun and decode has not read
 * @param l1Blocks blocks that prefill's L1 holds
 * @param decodeL1Blocks blocks that a decode host's L1 holds of this prefill host's
 * @param pace whether requests arrive at their time, not as fast as it goes
 * @param prefetchDeadline how long decode waits for a request's blocks
 */
record ReplaySettings(
        Workload workload,
        Routes routes,
        int prefill,
        int blockBytes,
        int window,
        long l1Blocks,
        long decodeL1Blocks,
        boolean pace,
        Duration prefetchDeadline) {
    /** Finds the adapter that either end works through. */
    static final String ADAPTER = "(" + L2Adapter.TYPE_PROPERTY + "=pd)";

    /** Most hosts on one side. */
    private static final int MAX_HOSTS = 64;

    static ReplaySettings read(ConfigReader config) throws BadTraceException {
        return new ReplaySettings(
                workload(config),
                routes(config),
                config.integer("prefill", 0, 0, MAX_HOSTS - 1, "which of the prefill hosts this is"),
                config.integer("block_bytes", null, 1, 64 << 20, "length of each block"),
                config.integer("window", 32, 1, 4096, "requests begun and not read"),
                config.number("l1_blocks", Long.MAX_VALUE, 1, Long.MAX_VALUE, "blocks that prefill's L1 holds"),
                config.number("decode_l1_blocks", Long.MAX_VALUE, 1, Long.MAX_VALUE, "blocks that decode's L1 holds"),
                config.flag("pace", false, "whether requests arrive at their time"),
                config.millis("prefetch_timeout_ms", Duration.ofSeconds(30), "how long decode waits for blocks"));
    }

    static Routes routes(ConfigReader config) {
        return new Routes(
                config.integer("prefills", 1, 1, MAX_HOSTS, "prefill hosts"),
                config.integer("decodes", 1, 1, MAX_HOSTS, "decode hosts"));
    }

    private static Workload workload(ConfigReader config) throws BadTraceException {
        Optional<String> trace = config.optionalText("trace", "JSON lines; a workload from the seed without it");
        int requests = config.integer("requests", Integer.MAX_VALUE, 1, Integer.MAX_VALUE, "how many at the most");
        long seed = config.number("seed", 0L, Long.MIN_VALUE, Long.MAX_VALUE, "seed of a made workload");
        return trace.isPresent()
                ? TraceReader.read(Path.of(trace.get()), requests)
                : SyntheticWorkload.make(seed, requests);
    }
}
