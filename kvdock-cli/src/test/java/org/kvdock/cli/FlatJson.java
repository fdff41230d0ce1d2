package org.kvdock.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The whole numbers of a JSON object, those of objects in it as {@code outer.inner}; lists are skipped. */
final class FlatJson {
    private FlatJson() {}

    static Map<String, Long> numbers(Path file) throws IOException {
        Map<String, Long> numbers = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(file + " is no object");
            }
            object("", parser, numbers);
        }
        return numbers;
    }

    private static void object(String prefix, JsonParser parser, Map<String, Long> numbers) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                object(name + ".", parser, numbers);
            } else if (token == JsonToken.VALUE_NUMBER_INT) {
                numbers.put(name, parser.getLongValue());
            } else {
                parser.skipChildren();
            }
        }
    }
}
