package org.kvdock.cli.component;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** One line of a host's report: a JSON object with an {@code event} and what belongs to it. For one thread. */
public final class Event {
    private static final JsonFactory JSON = new JsonFactory();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator out;

    /** @param name what happened */
    public Event(String name) {
        try {
            out = JSON.createGenerator(text);
            out.writeStartObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        with("event", name);
    }

    public Event with(String field, String value) {
        try {
            out.writeStringField(field, value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Event with(String field, long value) {
        try {
            out.writeNumberField(field, value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the line, without its end; ends this event */
    public String line() {
        try {
            out.writeEndObject();
            out.close();
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
