package org.kvdock.cli.journal;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kvdock.cli.OutputFile;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.Damage;

/** Writes one JSON value to a file, or to standard output for {@code -}. */
final class JsonFiles {
    /** Writes the value. */
    @FunctionalInterface
    interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    private JsonFiles() {}

    static boolean isStandardOutput(Path file) {
        return file != null && file.toString().equals(OutputFile.STANDARD_OUTPUT);
    }

    /** Before anything is read: null and standard output are always right. */
    static void check(Path file) throws UsageException {
        if (!isStandardOutput(file)) {
            OutputFile.check("--json", file);
        }
    }

    static void write(Path file, Content content) throws IOException {
        JsonFactory json = new JsonFactory();
        try (JsonGenerator out = isStandardOutput(file)
                ? json.createGenerator(System.out, JsonEncoding.UTF8)
                : json.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.useDefaultPrettyPrinter();
            content.write(out);
            out.writeRaw('\n');
            out.flush();
        }
    }

    /** Writes the field {@code damaged}. */
    static void damages(JsonGenerator out, List<Damage> damages) throws IOException {
        out.writeArrayFieldStart("damaged");
        for (Damage damage : damages) {
            out.writeStartObject();
            out.writeStringField("file", damage.file().toString());
            out.writeNumberField("position", damage.position());
            out.writeStringField("what", damage.what());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
