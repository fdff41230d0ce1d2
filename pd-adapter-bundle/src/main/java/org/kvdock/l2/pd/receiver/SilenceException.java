package org.kvdock.l2.pd.receiver;

import java.io.IOException;

/** Nothing came for too long. */
final class SilenceException extends IOException {
    private static final long serialVersionUID = 1L;

    SilenceException(String message) {
        super(message);
    }
}
