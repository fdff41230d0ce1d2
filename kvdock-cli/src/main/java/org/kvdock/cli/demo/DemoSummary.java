package org.kvdock.cli.demo;

import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.ByteSize;

/** Prints what came of a run, for people. */
final class DemoSummary {
    private DemoSummary() {}

    static void print(PrintStream out, DemoResult result, double wallSeconds) {
        Tally.Sums sums = result.tally().sums();
        Histogram handoffs = result.tally().handoffs();
        long references = result.workload().references();
        line(out, "requests", "%,d, %,d blocks", result.workload().requests().size(), references);
        line(out, "hosts", "%d prefill, %d decode", result.options().routes().prefills(), result.options().routes().decodes());
        line(out, "prefix hits", "%,d blocks, %.1f %%", sums.prefixHits, 100.0 * sums.prefixHits / Math.max(1, references));
        line(out, "stored", "%,d blocks: %,d transferred, %,d were there already", result.blocksStored(),
                sums.transferred, sums.deduplicated);
        line(out, "sent again", result.options().routes().decodes() == 1
                ? "%,d blocks that prefill had and decode no longer"
                : "%,d blocks that prefill had and this decode host not, or no longer", sums.resent);
        line(out, "moved", "%s over %s, %s/s", ByteSize.text(sums.bytes), result.channel(),
                ByteSize.text((long) (sums.bytes / Math.max(1e-9, result.replaySeconds()))));
        line(out, "decode", "%,d blocks loaded, %,d verified, %,d wrong or missing", sums.loaded, sums.verified,
                result.verifyFailures());
        line(out, "handoff", "p50 %s, p99 %s, p99.9 %s (stored at prefill to readable at decode)",
                millis(handoffs.getValueAtPercentile(50)), millis(handoffs.getValueAtPercentile(99)),
                millis(handoffs.getValueAtPercentile(99.9)));
        line(out, "journals", "%,d records: %,d tasks submitted, %,d completed, %,d failed", result.journal().records(),
                result.journal().submitted(), result.journal().completed(), result.journal().failed());
        line(out, "time", "%.1f s, of which %.1f s replay", wallSeconds, result.replaySeconds());
        line(out, "memory", "%s, all processes together", result.peakBytes() < 0
                ? "not known, a host did not live to say"
                : ByteSize.text(result.peakBytes()) + " at the most");
        result.options().journal().ifPresent(kept -> line(out, "kept", "journals in %s", kept));
        out.println();
        for (DemoResult.Check check : result.checks()) {
            out.printf("%-6s %s%s%n", check.right() ? "ok" : "FAILED", check.name(),
                    check.right() ? "" : ": " + check.detail());
        }
        result.tally().errors().forEach(error -> out.println("       " + error));
    }

    private static void line(PrintStream out, String name, String format, Object... values) {
        out.printf("%-12s %s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }
}
