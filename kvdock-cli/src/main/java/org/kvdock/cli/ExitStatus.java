package org.kvdock.cli;

/** What a command's end says. */
public final class ExitStatus {
    /** All was right. */
    public static final int RIGHT = 0;
    /** A check failed, or something that was needed did. */
    public static final int FAILED = 1;
    /** Bad usage; nothing was started. */
    public static final int USAGE = 2;

    private ExitStatus() {}
}
