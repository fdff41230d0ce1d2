package org.kvdock.cli.lab.crash;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.lab.crash.Findings.Kind;

/** A campaign's figures, for people and as one JSON object. */
final class CrashSummary {
    private static final double MICROS = 1e3;

    private CrashSummary() {}

    static void print(PrintStream out, CrashResult result, double wallSeconds) {
        out.printf("kills            %,d%n", result.kills());
        result.planned().forEach((point, count) -> out.printf("  meant %-16s %,6d%n", name(point), count));
        result.places().forEach((place, count) -> out.printf("  hit   %-34s %,6d%n", place, count));
        out.printf("tasks            %,d accepted, %,d results told, %,d open at a kill%n",
                result.accepted(), result.told(), result.leftOpen());
        out.printf("journals         %,d records%n", result.records());
        Histogram reopen = result.reopen();
        out.printf("opening again    p50 %.1f ms, p99 %.1f ms, longest %.1f ms, %,d times%n",
                reopen.getValueAtPercentile(50) / MICROS, reopen.getValueAtPercentile(99) / MICROS,
                reopen.getMaxValue() / MICROS, reopen.getTotalCount());
        out.printf("lost             %,d%n", result.count(Kind.LOST));
        out.printf("duplicated       %,d%n", result.count(Kind.DUPLICATED));
        out.printf("fold mismatches  %,d%n", result.count(Kind.FOLD));
        out.printf("broken           %,d%n", result.count(Kind.BROKEN));
        out.printf("seed             %d, %.1f s%n", result.seed(), wallSeconds);
    }

    static void write(Path file, CrashResult result, double wallSeconds) throws IOException {
        try (JsonGenerator out = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            out.useDefaultPrettyPrinter();
            out.writeStartObject();
            out.writeNumberField("kills", result.kills());
            out.writeNumberField("accepted", result.accepted());
            out.writeNumberField("lost", result.count(Kind.LOST));
            out.writeNumberField("duplicated", result.count(Kind.DUPLICATED));
            out.writeNumberField("fold_mismatches", result.count(Kind.FOLD));
            out.writeNumberField("broken", result.count(Kind.BROKEN));
            out.writeNumberField("results_told", result.told());
            out.writeNumberField("open_at_kill", result.leftOpen());
            out.writeNumberField("journal_records", result.records());
            Histogram reopen = result.reopen();
            out.writeObjectFieldStart("reopen_ms");
            out.writeNumberField("p50", reopen.getValueAtPercentile(50) / MICROS);
            out.writeNumberField("p99", reopen.getValueAtPercentile(99) / MICROS);
            out.writeNumberField("max", reopen.getMaxValue() / MICROS);
            out.writeNumberField("count", reopen.getTotalCount());
            out.writeEndObject();
            out.writeObjectFieldStart("kills_meant");
            for (Map.Entry<KillPoint, Integer> point : result.planned().entrySet()) {
                out.writeNumberField(name(point.getKey()), point.getValue());
            }
            out.writeEndObject();
            out.writeObjectFieldStart("kills_hit");
            for (Map.Entry<String, Integer> place : result.places().entrySet()) {
                out.writeNumberField(place.getKey(), place.getValue());
            }
            out.writeEndObject();
            out.writeArrayFieldStart("findings");
            for (String text : result.texts()) {
                out.writeString(text);
            }
            out.writeEndArray();
            out.writeNumberField("wall_seconds", wallSeconds);
            out.writeNumberField("seed", result.seed());
            out.writeEndObject();
        }
    }

    private static String name(KillPoint point) {
        return point.name().toLowerCase(Locale.ROOT);
    }
}
