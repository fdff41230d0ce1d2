package org.kvdock.l2.pd.wire;

import java.io.IOException;
import org.kvdock.l2.OneLine;

/** The other side sent what the protocol does not allow; its connection has no future. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message names the field, what came and what is allowed; what it quotes of the other side is made harmless */
    public ProtocolException(String message) {
        super(OneLine.of(message, Limits.REASON_CHARS));
    }

    /**
     * @param field what is wrong
     * @param given what came
     * @param allowed what may come
     */
    public ProtocolException(String field, Object given, String allowed) {
        this(field + ": " + given + " is not allowed, must be " + allowed);
    }
}
