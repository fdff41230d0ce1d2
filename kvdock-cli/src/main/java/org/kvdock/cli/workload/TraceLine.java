package org.kvdock.cli.workload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** One line of a trace: a JSON object whose known fields are checked and whose unknown ones are skipped. */
final class TraceLine {
    /** Most blocks of one request: what one task of an adapter may have by default. */
    static final int MAX_BLOCKS = 4096;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** The message says what is wrong with the line; the reader adds file and number. */
    static final class BadLineException extends Exception {
        private static final long serialVersionUID = 1L;

        BadLineException(String message) {
            super(message);
        }
    }

    private final JsonParser parser;
    private long timestamp = -1;
    private boolean input;
    private boolean output;
    private long[] blocks;

    private TraceLine(JsonParser parser) {
        this.parser = parser;
    }

    static Request parse(int number, byte[] line, int length) throws BadLineException, IOException {
        try (JsonParser parser = JSON.createParser(line, 0, length)) {
            return new TraceLine(parser).request(number);
        } catch (JsonProcessingException e) {
            throw new BadLineException("not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private Request request(int number) throws BadLineException, IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new BadLineException(
                    parser.currentToken() == null ? "not JSON: an empty line" : "not a JSON object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            field(field);
        }
        if (parser.nextToken() != null) {
            throw new BadLineException("not JSON: something follows the object");
        }
        require(timestamp >= 0, "timestamp");
        require(input, "input_length");
        require(output, "output_length");
        require(blocks != null, "hash_ids");
        return new Request(number, timestamp, blocks);
    }

    private void field(String field) throws BadLineException, IOException {
        switch (field) {
            case "timestamp" -> timestamp = count(field);
            case "input_length" -> input = count(field) >= 0;
            case "output_length" -> output = count(field) >= 0;
            case "hash_ids" -> blocks = ids();
            default -> parser.skipChildren();
        }
    }

    private long[] ids() throws BadLineException, IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new BadLineException("hash_ids: " + parser.getText() + " is not allowed, must be a list of block ids");
        }
        long[] ids = new long[32];
        int size = 0;
        Set<Long> seen = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (size == MAX_BLOCKS) {
                throw new BadLineException("hash_ids: more than " + MAX_BLOCKS + " are not allowed");
            }
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size] = count("hash_ids");
            if (!seen.add(ids[size])) {
                throw new BadLineException("hash_ids: " + ids[size] + " comes twice, must be distinct");
            }
            size++;
        }
        return Arrays.copyOf(ids, size);
    }

    private long count(String field) throws BadLineException, IOException {
        boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!fits || parser.getLongValue() < 0) {
            throw new BadLineException(
                    field + ": " + parser.getText() + " is not allowed, must be a whole number of at least 0");
        }
        return parser.getLongValue();
    }

    private static void require(boolean there, String field) throws BadLineException {
        if (!there) {
            throw new BadLineException(field + ": is missing");
        }
    }
}
