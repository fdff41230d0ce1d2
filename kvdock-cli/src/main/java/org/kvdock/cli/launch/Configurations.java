package org.kvdock.cli.launch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A host's configurations as a JSON file, in the form of the OSGi Configurator: an object by PID, each an object of
 * keys and values; {@code factoryPid~name} is one instance of a factory.
 *
 * <pre>
 * {"org.kvdock.host": {"chunk_bytes": 65536},
 *  "org.kvdock.l2.mock~first": {"name": "first", "max_size_gb": 1}}
 * </pre>
 */
public final class Configurations {
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Configurations() {}

    /**
     * @param file a JSON file as above
     * @return values by key by PID; a value is a text, a Long, a Double, a Boolean or a list of these
     * @throws IOException if the file cannot be read or is not as above; the message names file and line
     */
    public static Map<String, Map<String, Object>> read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory, must be a file");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + ": longer than " + MAX_FILE_BYTES + " bytes");
        }
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            Map<String, Map<String, Object>> all = new LinkedHashMap<>();
            expect(file, parser, "the file", JsonToken.START_OBJECT, "an object by PID");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String pid = parser.currentName();
                expect(file, parser, pid, JsonToken.START_OBJECT, "an object of keys and values");
                all.put(pid, object(file, parser, pid));
            }
            if (parser.nextToken() != null) {
                throw bad(file, parser, "the file", "one object and nothing behind it");
            }
            return all;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ":" + e.getLocation().getLineNr() + ": not JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    /**
     * As {@link #read}, for a host that somebody has written the file for: values of kvdock's own components are checked too.
     *
     * @throws IOException as above, or with a line that names file, PID and key
     */
    public static Map<String, Map<String, Object>> readChecked(Path file) throws IOException {
        Map<String, Map<String, Object>> all = read(file);
        try {
            KnownConfigurations.check(all);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return all;
    }

    /** @return every key of kvdock's own components, by PID: bounds, default and meaning, for people */
    public static String description() {
        return KnownConfigurations.description();
    }

    /**
     * @param file written, or replaced
     * @param all values by key by PID, as {@link #read} gives them
     */
    public static void write(Path file, Map<String, Map<String, Object>> all) throws IOException {
        try (JsonGenerator out = JSON.createGenerator(file.toFile(), com.fasterxml.jackson.core.JsonEncoding.UTF8)) {
            out.writeStartObject();
            for (Map.Entry<String, Map<String, Object>> configuration : all.entrySet()) {
                out.writeObjectFieldStart(configuration.getKey());
                for (Map.Entry<String, Object> entry : configuration.getValue().entrySet()) {
                    out.writeFieldName(entry.getKey());
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object item : list) {
                write(out, item);
            }
            out.writeEndArray();
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else {
            out.writeString(value.toString());
        }
    }

    private static Map<String, Object> object(Path file, JsonParser parser, String pid) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            String name = pid + ": " + key;
            values.put(key, token == JsonToken.START_ARRAY ? list(file, parser, name) : scalar(file, parser, name));
        }
        return values;
    }

    private static List<Object> list(Path file, JsonParser parser, String name) throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(scalar(file, parser, name));
        }
        return items;
    }

    private static Object scalar(Path file, JsonParser parser, String name) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            default -> throw bad(file, parser, name, "a text, a number, true, false or a list of these");
        };
    }

    private static void expect(Path file, JsonParser parser, String name, JsonToken expected, String what) throws IOException {
        if (parser.nextToken() != expected) {
            throw bad(file, parser, name, what);
        }
    }

    private static IOException bad(Path file, JsonParser parser, String name, String what) throws IOException {
        String given = parser.currentToken() == null ? "nothing" : parser.getText();
        return new IOException(file + ":" + parser.currentTokenLocation().getLineNr() + ": " + name + ": " + given
                + " is not allowed, must be " + what);
    }
}
