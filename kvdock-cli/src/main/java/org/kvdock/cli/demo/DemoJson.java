package org.kvdock.cli.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.OutputFile;

/** Writes a run's figures as one JSON object. Times are in microseconds unless the name says otherwise. */
final class DemoJson {
    private DemoJson() {}

    static void write(Path file, DemoResult result, double wallSeconds) throws IOException {
        try (JsonGenerator out = OutputFile.json(file)) {
            out.writeStartObject();
            counts(out, result);
            out.writeStringField("channel", result.channel());
            out.writeNumberField("wall_seconds", wallSeconds);
            out.writeNumberField("replay_seconds", result.replaySeconds());
            out.writeNumberField("peak_rss_bytes", result.peakBytes());
            handoffs(out, result.tally().handoffs());
            checks(out, result);
            out.writeEndObject();
        }
    }

    private static void counts(JsonGenerator out, DemoResult result) throws IOException {
        Tally.Sums sums = result.tally().sums();
        out.writeStringField("workload", result.workload().source());
        out.writeNumberField("block_bytes", result.options().blockBytes());
        out.writeNumberField("prefill_hosts", result.options().routes().prefills());
        out.writeNumberField("decode_hosts", result.options().routes().decodes());
        out.writeNumberField("requests", result.workload().requests().size());
        out.writeNumberField("block_references", result.workload().references());
        out.writeNumberField("prefix_hit_blocks", sums.prefixHits);
        out.writeNumberField("blocks_stored", result.blocksStored());
        out.writeNumberField("blocks_transferred", sums.transferred);
        out.writeNumberField("blocks_deduplicated", sums.deduplicated);
        out.writeNumberField("blocks_resent", sums.resent);
        out.writeNumberField("bytes_transferred", sums.bytes);
        out.writeNumberField("blocks_loaded", sums.loaded);
        out.writeNumberField("blocks_verified", sums.verified);
        out.writeNumberField("verify_failures", result.verifyFailures());
        out.writeNumberField("tasks_submitted", result.journal().submitted());
        out.writeNumberField("tasks_completed", result.journal().completed());
        out.writeNumberField("tasks_failed", result.journal().failed());
        out.writeNumberField("journal_records", result.journal().records());
        out.writeNumberField("l1_blocks", result.plan().l1Blocks());
        out.writeNumberField("decode_l1_blocks", result.plan().decodeL1Blocks());
    }

    private static void handoffs(JsonGenerator out, Histogram handoffs) throws IOException {
        out.writeObjectFieldStart("handoff_us");
        out.writeNumberField("p50", handoffs.getValueAtPercentile(50));
        out.writeNumberField("p99", handoffs.getValueAtPercentile(99));
        out.writeNumberField("p999", handoffs.getValueAtPercentile(99.9));
        out.writeNumberField("max", handoffs.getMaxValue());
        out.writeEndObject();
    }

    private static void checks(JsonGenerator out, DemoResult result) throws IOException {
        out.writeArrayFieldStart("checks");
        for (DemoResult.Check check : result.checks()) {
            out.writeStartObject();
            out.writeStringField("name", check.name());
            out.writeBooleanField("right", check.right());
            out.writeStringField("detail", check.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
