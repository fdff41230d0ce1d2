package org.kvdock.cli.workload;

import org.kvdock.l2.OneLine;

/** A trace file that cannot be used; the message is one line that names the file and, where there is one, the line. */
public final class BadTraceException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MOST_CHARS = 500;

    BadTraceException(String message) {
        // It may quote the file, which may hold anything; it goes to a terminal.
        super(OneLine.of(message, MOST_CHARS));
    }
}
