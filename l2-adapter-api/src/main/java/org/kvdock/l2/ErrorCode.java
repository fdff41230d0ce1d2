package org.kvdock.l2;

/**
 * Why an accepted task did not succeed. Stable numbers, because the journal and peers keep them; new causes get new
 * numbers and old ones are never reused.
 */
public enum ErrorCode {
    NONE(0),
    /** An unexpected exception or error in the adapter. */
    INTERNAL(1),
    /** The task's deadline passed (R12). */
    DEADLINE(2),
    /** Drain or close ended the task (R11). */
    CANCELLED(3),
    /** The journal could not take a record (R16). */
    JOURNAL_UNAVAILABLE(4),
    /** No room at the place the bytes should go to, also after eviction. */
    NO_ROOM(5),
    /** One object, or one request, is larger than the whole of that place. */
    TOO_LARGE(6),
    /** Bytes arrived damaged (R10). */
    CHECKSUM(7),
    /** The peer cannot be reached or its connection broke. */
    PEER_LOST(8),
    /** The peer answered no; the text says why. */
    PEER_REFUSED(9),
    /** The peer broke the protocol. */
    PROTOCOL(10),
    /** Some of the task's keys failed; the bitmap says which did not. */
    PARTIAL(11),
    /** A fault that was asked for (fault injection). */
    INJECTED(12);

    private static final ErrorCode[] BY_NUMBER = new ErrorCode[13];

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER[code.number] = code;
        }
    }

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** @return the stable number of this cause, 0 to 255 */
    public int number() {
        return number;
    }

    /**
     * @param number a cause's stable number
     * @return the cause; {@link #INTERNAL} for a number that this version does not know, since a newer writer may
     *     have more causes than an older reader
     */
    public static ErrorCode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : INTERNAL;
    }
}
