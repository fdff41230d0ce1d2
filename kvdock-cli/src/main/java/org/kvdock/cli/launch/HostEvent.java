package org.kvdock.cli.launch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * One line of a host's report.
 *
 * @param name what happened
 * @param numbers fields that are whole numbers
 * @param texts fields that are texts
 */
public record HostEvent(String name, Map<String, Long> numbers, Map<String, String> texts) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * @param line a flat JSON object
     * @return what it says
     * @throws IOException if it is none
     */
    public static HostEvent parse(String line) throws IOException {
        Map<String, Long> numbers = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an event: " + line);
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                switch (parser.nextToken()) {
                    case VALUE_NUMBER_INT -> numbers.put(field, parser.getLongValue());
                    case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> texts.put(field, parser.getText());
                    default -> throw new IOException("not an event: " + line);
                }
            }
        }
        return new HostEvent(texts.getOrDefault("event", ""), numbers, texts);
    }

    /** @return a number, 0 if the event has none of that name */
    public long number(String field) {
        return numbers.getOrDefault(field, 0L);
    }

    /** @return a text, empty if the event has none of that name */
    public String text(String field) {
        return texts.getOrDefault(field, "");
    }
}
