package org.kvdock.l2;

/** The journal cannot take a record now (full disk, read-only directory, provider gone); try again later (R16). */
public class JournalUnavailableException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the adapter and says why */
    public JournalUnavailableException(String message) {
        super(message);
    }

    /**
     * @param message one line that names the adapter and says why
     * @param cause what led here; may be null
     */
    public JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
