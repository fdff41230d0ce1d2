package org.kvdock.fuzz;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.cli.OutputFile;

/** Writes a campaign's figures as one JSON object. */
final class FuzzJson {
    private FuzzJson() {}

    static void write(Path file, List<TargetRun> runs, long seed) throws IOException {
        try (JsonGenerator out = OutputFile.json(file)) {
            out.writeStartObject();
            out.writeArrayFieldStart("targets");
            for (TargetRun run : runs) {
                out.writeStartObject();
                out.writeStringField("name", run.name());
                out.writeNumberField("inputs", run.inputs());
                out.writeNumberField("seconds", run.seconds());
                out.writeNumberField("findings", run.findings().size());
                out.writeArrayFieldStart("finding_inputs");
                for (Path input : run.findings()) {
                    out.writeString(input.toString());
                }
                out.writeEndArray();
                out.writeStringField("message", run.message());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("seed", seed);
            out.writeStringField("jdk", Runtime.version().toString());
            out.writeEndObject();
        }
    }
}
