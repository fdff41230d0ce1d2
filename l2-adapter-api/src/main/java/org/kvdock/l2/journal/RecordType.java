package org.kvdock.l2.journal;

/** What a journal record says (R16). The numbers are part of the layout: append only. */
public enum RecordType {
    /** A process opened the journal. Ends all locks; keys of the epoch before are candidates until {@link #EPOCH_READY}. */
    EPOCH_START(1),
    /** The adapter has stated which keys survived; candidates that it did not publish again are gone. */
    EPOCH_READY(2),
    /** The adapter was closed in good order. */
    EPOCH_END(3),
    /** A task was accepted. */
    SUBMITTED(4),
    /** A task ended; for a lookup, one lock for each bit is held from now on. */
    COMPLETED(5),
    /** Results were handed out. */
    DELIVERED(6),
    /** Locks were given back. */
    UNLOCKED(7),
    /** A key became visible to lookups. */
    KEY_PUBLISHED(8),
    /** A key is no longer held. */
    KEY_REMOVED(9),
    /** The locks of a key ended because nobody gave them back in time. */
    LEASE_ENDED(10),
    /** An open task of an epoch that is gone was closed. */
    ABANDONED(11),
    /** The state up to here stands in a side file. */
    CHECKPOINT(12);

    private static final RecordType[] BY_NUMBER = new RecordType[13];

    static {
        for (RecordType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;

    RecordType(int number) {
        this.number = number;
    }

    /** @return the stable number of this type */
    public int number() {
        return number;
    }

    /**
     * @param number a type's stable number
     * @return the type, or null if this version does not know it
     */
    static RecordType of(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
