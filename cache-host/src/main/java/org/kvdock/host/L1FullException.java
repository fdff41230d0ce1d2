package org.kvdock.host;

import org.kvdock.l2.L2Exception;

/** L1 has no room and nothing in it may be evicted; try again when a store or a reader has finished. */
public class L1FullException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that says what was asked for and what is held by whom */
    public L1FullException(String message) {
        super(message);
    }
}
