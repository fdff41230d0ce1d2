package org.kvdock.l2;

/** The adapter is closed (R11); its completed results can still be fetched. */
public class ClosedException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the adapter and says why */
    public ClosedException(String message) {
        super(message);
    }

    /**
     * @param message one line that names the adapter and says why
     * @param cause what led here; may be null
     */
    public ClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
