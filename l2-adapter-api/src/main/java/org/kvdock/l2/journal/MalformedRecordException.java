package org.kvdock.l2.journal;

import org.kvdock.l2.L2Exception;

/** Bytes that are not a journal record: cut, damaged, of a later version, or something else. */
public class MalformedRecordException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message which field, what it holds and what it must be */
    public MalformedRecordException(String message) {
        super(message);
    }
}
