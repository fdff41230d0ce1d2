package org.kvdock.bench;

/**
 * How much a run does.
 *
 * @param rounds of each measurement; the median counts
 * @param records of the journal that is opened
 */
record Effort(int rounds, long records) {
    /** Figures that may be quoted. */
    static final Effort WHOLE = new Effort(5, 10_000_000);
    /** Goes all the way once, to see that it does. */
    static final Effort SHORT = new Effort(1, 300_000);
}
