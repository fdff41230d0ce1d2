package org.kvdock.cli.workload;

/** A trace file that cannot be used; the message is one line that names the file and, where there is one, the line. */
public final class BadTraceException extends Exception {
    private static final long serialVersionUID = 1L;

    BadTraceException(String message) {
        super(message);
    }
}
