package org.kvdock.l2;

/**
 * Root of everything that this API throws. A call that throws one has accepted nothing (R3). Messages are one line
 * whatever they quote: what was given may come from a peer or a file, and must not forge lines in a log.
 */
public class L2Exception extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the field or key, what was given and what is allowed */
    public L2Exception(String message) {
        super(OneLine.of(message));
    }

    /**
     * @param message one line that names the field or key, what was given and what is allowed
     * @param cause what led here; may be null
     */
    public L2Exception(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
