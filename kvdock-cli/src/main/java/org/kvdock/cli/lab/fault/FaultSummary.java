package org.kvdock.cli.lab.fault;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.kvdock.cli.OutputFile;

/** A run's outcomes, as a table for people and as one JSON object. */
final class FaultSummary {
    private FaultSummary() {}

    static void print(PrintStream out, List<Outcome> outcomes, int leftOut, long seed, double wallSeconds) {
        out.printf("%-14s %-8s %-11s %-4s %-7s %s%n", "fault", "side", "step", "over", "result", "what each side does");
        for (Outcome outcome : outcomes) {
            Scenario scenario = outcome.scenario();
            out.printf("%-14s %-8s %-11s %-4s %-7s %s%n", scenario.family(), Scenario.lower(scenario.side()),
                    Scenario.lower(scenario.step()), scenario.channel(), outcome.passed() ? "passed" : "FAILED", scenario.does());
        }
        for (Outcome outcome : outcomes) {
            if (!outcome.passed()) {
                out.println("FAILED " + outcome.scenario().name() + ": " + outcome.detail());
            }
        }
        out.printf(Locale.ROOT, "scenarios %d, passed %d, failed %d%s%nseed      %d, %.1f s%n", outcomes.size(), passed(outcomes),
                outcomes.size() - passed(outcomes), leftOut == 0 ? "" : ", left out " + leftOut, seed, wallSeconds);
    }

    private static long passed(List<Outcome> outcomes) {
        return outcomes.stream().filter(Outcome::passed).count();
    }

    static void write(Path file, List<Outcome> outcomes, int leftOut, long seed, double wallSeconds) throws IOException {
        try (JsonGenerator out = OutputFile.json(file)) {
            out.writeStartObject();
            out.writeArrayFieldStart("scenarios");
            for (Outcome outcome : outcomes) {
                Scenario scenario = outcome.scenario();
                out.writeStartObject();
                out.writeStringField("name", scenario.name());
                out.writeStringField("family", scenario.family());
                out.writeStringField("side", Scenario.lower(scenario.side()));
                out.writeStringField("step", Scenario.lower(scenario.step()));
                out.writeStringField("channel", scenario.channel().toString());
                out.writeStringField("does", scenario.does());
                out.writeBooleanField("passed", outcome.passed());
                out.writeStringField("detail", outcome.detail());
                out.writeNumberField("seconds", outcome.seconds());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("passed", passed(outcomes));
            out.writeNumberField("failed", outcomes.size() - passed(outcomes));
            out.writeNumberField("left_out", leftOut);
            out.writeNumberField("wall_seconds", wallSeconds);
            out.writeNumberField("seed", seed);
            out.writeEndObject();
        }
    }
}
