package org.kvdock.cli.lab.swap;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.kvdock.cli.OutputFile;

/** Writes a campaign's figures as one JSON object. */
final class SwapJson {
    private SwapJson() {}

    static void write(Path file, SwapResult result, double wallSeconds) throws IOException {
        try (JsonGenerator out = OutputFile.json(file)) {
            out.writeStartObject();
            out.writeNumberField("swaps", result.swapCount());
            out.writeObjectFieldStart("swaps_by_kind");
            for (Map.Entry<SwapKind, Integer> kind : result.swaps().entrySet()) {
                out.writeNumberField(kind.getKey().name().toLowerCase(Locale.ROOT), kind.getValue());
            }
            out.writeEndObject();
            for (String field : new String[] {
                "requests", "requests_stored", "blocks_read", "tasks_accepted", "tasks_completed",
                "other_bundles_left_active", "fd_growth", "thread_growth", "classloader_growth",
                "direct_memory_growth_bytes", "native_memory_growth_bytes"
            }) {
                out.writeNumberField(field, result.done().number(field));
            }
            out.writeObjectFieldStart("tasks_failed_by_cause");
            for (Map.Entry<String, Long> failed : result.tasksFailed().entrySet()) {
                out.writeNumberField(failed.getKey(), failed.getValue());
            }
            out.writeEndObject();
            out.writeNumberField("tasks_failed", result.tasksFailed().values().stream().mapToLong(Long::longValue).sum());
            out.writeNumberField("tasks_lost", result.tasksLost());
            out.writeNumberField("journal_records", result.journals().records());
            out.writeNumberField("longest_submit_pause_ms", result.done().number("longest_submit_pause_us") / 1e3);
            out.writeNumberField("longest_hiccup_ms", result.done().number("longest_hiccup_us") / 1e3);
            out.writeObjectFieldStart("bundle_start_to_first_task_us");
            out.writeNumberField("p50", result.firstTaskMicros().getValueAtPercentile(50));
            out.writeNumberField("p99", result.firstTaskMicros().getValueAtPercentile(99));
            out.writeNumberField("max", result.firstTaskMicros().getMaxValue());
            out.writeEndObject();
            out.writeNumberField("wall_seconds", wallSeconds);
            out.writeNumberField("seed", result.seed());
            out.writeObjectFieldStart("failures");
            for (Map.Entry<String, String> failure : result.failures().entrySet()) {
                out.writeStringField(failure.getKey(), failure.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
    }
}
