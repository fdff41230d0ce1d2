package org.kvdock.l2;

/** Why an adapter no longer holds a key. The ordinals are part of the journal's layout: append only. */
public enum RemovalReason {
    /** {@link L2Adapter#delete} asked for it. */
    DELETED,
    /** Room was needed. */
    EVICTED,
    /** It was read by those for whom it was kept. */
    CONSUMED,
    /** It was kept for longer than configured. */
    AGED,
    /** Its bytes no longer match their checksum. */
    DAMAGED,
    /** The adapter's memory went with its process. */
    RESTART;

    private static final RemovalReason[] ALL = values();

    /**
     * @param ordinal a reason's ordinal as the journal holds it
     * @return the reason
     * @throws BadArgumentException if no reason has this ordinal
     */
    public static RemovalReason of(int ordinal) {
        if (ordinal < 0 || ordinal >= ALL.length) {
            throw new BadArgumentException("removal reason", ordinal, "0 to " + (ALL.length - 1));
        }
        return ALL[ordinal];
    }
}
