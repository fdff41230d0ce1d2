package org.kvdock.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes when it is done: a run of minutes should not end with figures that nobody can keep. */
public final class OutputFile {
    /** What commands that support it take for standard output. */
    public static final String STANDARD_OUTPUT = "-";

    private OutputFile() {}

    /**
     * @param option names it in the message
     * @param file as given; null: not given
     * @throws UsageException if it cannot be written
     */
    public static void check(String option, Path file) throws UsageException {
        if (file == null) {
            return;
        }
        if (file.toString().equals(STANDARD_OUTPUT)) {
            throw new UsageException(option + ": - is not allowed, must be a file: standard output has what people read");
        }
        Path whole = file.toAbsolutePath();
        Path parent = whole.getParent();
        if (parent == null || Files.isDirectory(whole) || !Files.isDirectory(parent)
                || !Files.isWritable(Files.exists(whole) ? whole : parent)) {
            throw new UsageException(option + ": " + file + " cannot be written, must be a file in a directory that exists");
        }
    }

    /**
     * @param file written, or replaced
     * @return a generator of one JSON value, for people too: indented, and with a new line behind it
     */
    public static JsonGenerator json(Path file) throws IOException {
        OutputStream lines = new FilterOutputStream(Files.newOutputStream(file)) {
            private boolean closed;

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    out.write('\n');
                }
                super.close();
            }
        };
        return new JsonFactory().createGenerator(lines, JsonEncoding.UTF8).useDefaultPrettyPrinter();
    }
}
