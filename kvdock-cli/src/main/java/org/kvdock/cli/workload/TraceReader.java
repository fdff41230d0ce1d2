package org.kvdock.cli.workload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.cli.IoReason;

/**
 * Reads a trace of JSON lines. Everything is checked and bounded before anything is started: a trace is a file like
 * any other.
 */
public final class TraceReader {
    /** Longest line in bytes. */
    static final int MAX_LINE_BYTES = 1 << 20;
    /** Most requests of one trace. */
    static final int MAX_REQUESTS = 1_000_000;
    /** Most block ids of one trace; they are all kept in memory. */
    static final long MAX_REFERENCES = 20_000_000;

    private static final int END = -1;

    private final Path file;
    private final byte[] line = new byte[MAX_LINE_BYTES];

    private TraceReader(Path file) {
        this.file = file;
    }

    /**
     * @param file JSON lines with {@code timestamp}, {@code input_length}, {@code output_length} and {@code hash_ids}
     * @param most read this many requests from the beginning, fewer if there are fewer
     * @return the requests, at least one
     * @throws BadTraceException if the file cannot be read or a line of these is not as it must be
     */
    public static Workload read(Path file, int most) throws BadTraceException {
        return new TraceReader(file).read(most);
    }

    private Workload read(int most) throws BadTraceException {
        List<Request> requests = new ArrayList<>();
        long references = 0;
        try (InputStream in = new BufferedInputStream(open(), 1 << 16)) {
            int length = nextLine(in, 1);
            while (length != END && requests.size() < most) {
                int number = requests.size() + 1;
                if (number > MAX_REQUESTS) {
                    throw bad(number, "more than " + MAX_REQUESTS + " requests are not allowed");
                }
                Request request = parse(number, length);
                references += request.size();
                if (references > MAX_REFERENCES) {
                    throw bad(number, "more than " + MAX_REFERENCES + " block ids in the trace");
                }
                requests.add(request);
                length = requests.size() < most ? nextLine(in, number + 1) : END;
            }
        } catch (IOException e) {
            throw new BadTraceException(file + ": cannot be read: " + IoReason.of(e));
        }
        if (requests.isEmpty()) {
            throw new BadTraceException(file + ": holds no request");
        }
        return Workload.of(file.toString(), requests);
    }

    private InputStream open() throws BadTraceException, IOException {
        if (Files.isDirectory(file)) {
            throw new BadTraceException(file + ": is a directory, must be a file of JSON lines");
        }
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new BadTraceException(file + ": no such file");
        }
    }

    private Request parse(int number, int length) throws BadTraceException, IOException {
        if (number == 1 && length > 1 && line[0] == 0x1F && line[1] == (byte) 0x8B) {
            throw new BadTraceException(file + ": is compressed (gzip), must be a file of JSON lines");
        }
        try {
            return TraceLine.parse(number, line, length);
        } catch (TraceLine.BadLineException e) {
            throw bad(number, e.getMessage());
        }
    }

    // The line's bytes without its end; END after the last one.
    private int nextLine(InputStream in, int number) throws BadTraceException, IOException {
        int length = 0;
        int next = in.read();
        if (next == END) {
            return END;
        }
        while (next != '\n' && next != END) {
            if (length == MAX_LINE_BYTES) {
                throw bad(number, "longer than " + MAX_LINE_BYTES + " bytes");
            }
            line[length++] = (byte) next;
            next = in.read();
        }
        return length;
    }

    private BadTraceException bad(int number, String what) {
        return new BadTraceException(file + ":" + number + ": " + what);
    }
}
