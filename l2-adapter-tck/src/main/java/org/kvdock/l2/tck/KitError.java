package org.kvdock.l2.tck;

/** An {@link Error} that a test provokes. */
public final class KitError extends Error {
    private static final long serialVersionUID = 1L;

    /** @param message what the test wants */
    public KitError(String message) {
        super(message);
    }
}
