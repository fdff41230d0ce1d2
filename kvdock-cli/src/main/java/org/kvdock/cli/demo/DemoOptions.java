package org.kvdock.cli.demo;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.kvdock.cli.ByteSize;
import org.kvdock.cli.UsageException;
import org.kvdock.cli.workload.BadTraceException;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.cli.workload.TraceReader;
import org.kvdock.cli.workload.Workload;
import picocli.CommandLine.Option;

/** What the demo can be told. */
final class DemoOptions {
    enum Channel {
        auto, tcp, shm, ucx
    }

    private static final long MAX_BLOCK_BYTES = 64 << 20;
    private static final int MAX_WINDOW = 4096;
    /** Hosts are processes on this machine. */
    private static final int MAX_HOSTS = 8;

    @Option(names = "--trace", paramLabel = "FILE", description = "replay this trace (JSON lines); without it a workload"
            + " of the same shape is made from the seed")
    private Path trace;

    @Option(names = "--requests", paramLabel = "N", description = "take the first N requests")
    private Integer requests;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "seed of the made workload (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--block-bytes", paramLabel = "SIZE", defaultValue = "64KiB", converter = ByteSize.class,
            description = "length of each block (${DEFAULT-VALUE})")
    private long blockBytes;

    @Option(names = "--prefill", paramLabel = "N", defaultValue = "1", description = "prefill hosts; they take requests in turn"
            + " (${DEFAULT-VALUE})")
    private int prefill;

    @Option(names = "--decode", paramLabel = "N", defaultValue = "1", description = "decode hosts; a round-robin proxy hands them"
            + " requests (${DEFAULT-VALUE})")
    private int decode;

    @Option(names = "--l1-blocks", paramLabel = "N", description = "blocks that each prefill's L1 holds (all of them)")
    private Long l1Blocks;

    @Option(names = "--decode-l1-blocks", paramLabel = "N", description = "blocks that each decode's L1 holds (all of them, or"
            + " as many as memory allows)")
    private Long decodeL1Blocks;

    @Option(names = "--window", paramLabel = "N", defaultValue = "32", description = "requests of each prefill host that are under"
            + " way at the same time (${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--channel", paramLabel = "NAME", defaultValue = "auto", description = "how bytes move: ${COMPLETION-CANDIDATES}"
            + " (${DEFAULT-VALUE})")
    private Channel channel;

    @Option(names = "--secure", description = "make keys for this run, and protect what is between the hosts with TLS 1.3 and CURVE")
    private boolean secure;

    @Option(names = "--pace", description = "requests arrive at their time, not as fast as it goes")
    private boolean pace;

    @Option(names = "--journal", paramLabel = "DIR", description = "keep all hosts' journals here (else they are removed)")
    private Path journal;

    @Option(names = "--json", paramLabel = "FILE", description = "write what was counted and measured")
    private Path json;

    /** @return the requests, read and checked */
    Workload workload() throws UsageException, BadTraceException {
        if (requests != null && requests < 1) {
            throw new UsageException("--requests: " + requests + " is not allowed, must be at least 1");
        }
        if (trace != null) {
            return TraceReader.read(trace, requests == null ? Integer.MAX_VALUE : requests);
        }
        int made = requests == null ? SyntheticWorkload.DEFAULT_REQUESTS : requests;
        if (made > SyntheticWorkload.MAX_REQUESTS) {
            throw new UsageException("--requests: " + made + " is not allowed without --trace, must be at most "
                    + SyntheticWorkload.MAX_REQUESTS);
        }
        return SyntheticWorkload.make(seed, made);
    }

    /** Checks what does not depend on this machine. */
    void check(Workload workload) throws UsageException {
        if (blockBytes < 1 || blockBytes > MAX_BLOCK_BYTES) {
            throw new UsageException(
                    "--block-bytes: " + blockBytes + " is not allowed, must be 1 to " + MAX_BLOCK_BYTES);
        }
        if (window < 1 || window > MAX_WINDOW) {
            throw new UsageException("--window: " + window + " is not allowed, must be 1 to " + MAX_WINDOW);
        }
        checkHosts("--prefill", prefill);
        checkHosts("--decode", decode);
        checkCapacity("--l1-blocks", l1Blocks, workload.longest(), "the longest request");
        checkCapacity("--decode-l1-blocks", decodeL1Blocks, (long) prefill * workload.longest(),
                prefill == 1 ? "the longest request" : "the longest request from each prefill host");
    }

    private static void checkHosts(String option, int hosts) throws UsageException {
        if (hosts < 1 || hosts > MAX_HOSTS) {
            throw new UsageException(option + ": " + hosts + " is not allowed, must be 1 to " + MAX_HOSTS);
        }
    }

    private static void checkCapacity(String option, Long blocks, long least, String what) throws UsageException {
        if (blocks != null && (blocks < least || blocks > Integer.MAX_VALUE)) {
            throw new UsageException(option + ": " + blocks + " is not allowed, must be " + least + " (" + what + ") to "
                    + Integer.MAX_VALUE);
        }
    }

    Routes routes() {
        return new Routes(prefill, decode);
    }

    Optional<Path> trace() {
        return Optional.ofNullable(trace).map(Path::toAbsolutePath);
    }

    long seed() {
        return seed;
    }

    int blockBytes() {
        return (int) blockBytes;
    }

    OptionalLong l1Blocks() {
        return l1Blocks == null ? OptionalLong.empty() : OptionalLong.of(l1Blocks);
    }

    OptionalLong decodeL1Blocks() {
        return decodeL1Blocks == null ? OptionalLong.empty() : OptionalLong.of(decodeL1Blocks);
    }

    int window() {
        return window;
    }

    Channel channel() {
        return channel;
    }

    boolean secure() {
        return secure;
    }

    boolean pace() {
        return pace;
    }

    Optional<Path> journal() {
        return Optional.ofNullable(journal).map(Path::toAbsolutePath);
    }

    Optional<Path> json() {
        return Optional.ofNullable(json);
    }
}
