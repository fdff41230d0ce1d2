package org.kvdock.l2;

/** How a task ended; exactly one of these for each accepted task (R3). The ordinals are part of the journal's layout. */
public enum TaskOutcome {
    /** The adapter did what was asked; a lookup or load may still have zero bits. */
    SUCCESS,
    /** The adapter gave up; {@link TaskResult#error()} says why. */
    FAILURE,
    /** The task's deadline passed first (R12). */
    TIMEOUT,
    /** Drain or close ended it (R11). */
    CANCELLED;

    private static final TaskOutcome[] ALL = values();

    /**
     * @param ordinal an outcome's ordinal as the journal holds it
     * @return the outcome
     * @throws BadArgumentException if no outcome has this ordinal
     */
    public static TaskOutcome of(int ordinal) {
        if (ordinal < 0 || ordinal >= ALL.length) {
            throw new BadArgumentException("task outcome", ordinal, "0 to " + (ALL.length - 1));
        }
        return ALL[ordinal];
    }
}
