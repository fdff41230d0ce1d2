package org.kvdock.journal.chronicle.read;

import java.util.List;

/** Builds one flat JSON object: enough for lines of a journal, without a library in the bundle. */
final class JsonLine {
    private final StringBuilder out = new StringBuilder(256).append('{');

    JsonLine number(String name, long value) {
        name(name).append(value);
        return this;
    }

    JsonLine flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    JsonLine text(String name, String value) {
        quoted(name(name), value);
        return this;
    }

    JsonLine numbers(String name, List<Long> values) {
        StringBuilder list = name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            list.append(i == 0 ? "" : ",").append(values.get(i));
        }
        list.append(']');
        return this;
    }

    JsonLine texts(String name, List<String> values) {
        StringBuilder list = name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            quoted(list.append(i == 0 ? "" : ","), values.get(i));
        }
        list.append(']');
        return this;
    }

    String end() {
        return out.append('}').toString();
    }

    private StringBuilder name(String name) {
        return quoted(out.length() > 1 ? out.append(',') : out, name).append(':');
    }

    // Everything but printable ASCII is escaped, so that the line is one line in any encoding.
    private static StringBuilder quoted(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                to.append(c);
            } else {
                to.append(String.format("\\u%04x", (int) c));
            }
        }
        return to.append('"');
    }
}
