package org.kvdock.l2;

/** A caller passed something that the contract does not allow; passing it again will fail again. */
public class BadArgumentException extends L2Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line that names the argument, what was given and what is allowed */
    public BadArgumentException(String message) {
        super(message);
    }

    /**
     * @param field the argument's name
     * @param given what was passed; printed
     * @param allowed what may be passed, in words
     */
    public BadArgumentException(String field, Object given, String allowed) {
        this(field + ": " + given + " is not allowed, must be " + allowed);
    }
}
