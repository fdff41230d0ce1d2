package org.kvdock.l2;

/** The three kinds of task; each has its own eventfd (R5). The ordinals are part of the journal's layout. */
public enum TaskKind {
    STORE, LOOKUP, LOAD;

    private static final TaskKind[] ALL = values();

    /**
     * @param ordinal a kind's ordinal as the journal holds it
     * @return the kind
     * @throws BadArgumentException if no kind has this ordinal
     */
    public static TaskKind of(int ordinal) {
        if (ordinal < 0 || ordinal >= ALL.length) {
            throw new BadArgumentException("task kind", ordinal, "0 to " + (ALL.length - 1));
        }
        return ALL[ordinal];
    }
}
