package org.kvdock.cli;

/** Bad usage that shows only when values are looked at together; the message is one line, the exit status 2. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the option or the file, what was given and what is allowed */
    public UsageException(String message) {
        super(message);
    }
}
