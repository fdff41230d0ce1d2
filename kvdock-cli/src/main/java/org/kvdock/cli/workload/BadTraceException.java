package org.kvdock.cli.workload;

/** A trace file that cannot be used; the message is one line that names the file and, where there is one, the line. */
public final class BadTraceException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MOST_CHARS = 500;

    BadTraceException(String message) {
        super(harmless(message));
    }

    // It may quote the file, which may hold anything; it goes to a terminal.
    private static String harmless(String message) {
        String clipped = message.length() <= MOST_CHARS ? message : message.substring(0, MOST_CHARS) + "...";
        return clipped.replaceAll("[\\p{Cc}\u2028\u2029]", "?");
    }
}
