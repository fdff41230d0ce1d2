package org.kvdock.cli.lab.crash;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.OutputFile;
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
        print(out, "opening again", result.reopen());
        print(out, "  of a processor", result.reopenCpu());
        out.printf("lost             %,d%n", result.count(Kind.LOST));
        out.printf("duplicated       %,d%n", result.count(Kind.DUPLICATED));
        out.printf("fold mismatches  %,d%n", result.count(Kind.FOLD));
        out.printf("broken           %,d%n", result.count(Kind.BROKEN));
        out.printf("seed             %d, %.1f s%n", result.seed(), wallSeconds);
    }

    private static void print(PrintStream out, String what, Histogram micros) {
        out.printf("%-16s p50 %.1f ms, p99 %.1f ms, longest %.1f ms, %,d times%n",
                what, micros.getValueAtPercentile(50) / MICROS, micros.getValueAtPercentile(99) / MICROS,
                micros.getMaxValue() / MICROS, micros.getTotalCount());
    }

    static void write(Path file, CrashResult result, double wallSeconds) throws IOException {
        try (JsonGenerator out = OutputFile.json(file)) {
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
            write(out, "reopen_ms", result.reopen());
            write(out, "reopen_cpu_ms", result.reopenCpu());
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

    private static void write(JsonGenerator out, String field, Histogram micros) throws IOException {
        out.writeObjectFieldStart(field);
        out.writeNumberField("p50", micros.getValueAtPercentile(50) / MICROS);
        out.writeNumberField("p99", micros.getValueAtPercentile(99) / MICROS);
        out.writeNumberField("max", micros.getMaxValue() / MICROS);
        out.writeNumberField("count", micros.getTotalCount());
        out.writeEndObject();
    }

    static String name(KillPoint point) {
        return point.name().toLowerCase(Locale.ROOT);
    }
}
