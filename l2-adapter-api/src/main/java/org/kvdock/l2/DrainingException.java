package org.kvdock.l2;

/** The adapter takes no new stores and lookups because it drains (R11); route to another one. */
public class DrainingException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the adapter and says why */
    public DrainingException(String message) {
        super(message);
    }

    /**
     * @param message one line that names the adapter and says why
     * @param cause what led here; may be null
     */
    public DrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
