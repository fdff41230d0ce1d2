package org.kvdock.cli.lab.crash;

/**
 * Where a kill really hit, and what it left.
 *
 * @param place in a few words
 * @param accepted tasks that the process was told were accepted
 * @param told results that it was given
 * @param openMicros what its own opening took; -1 if it did not get that far, or the journal was new
 * @param cpuMicros what that took of a processor; -1 likewise
 * @param open tasks that were open in the journal afterwards
 */
record Death(String place, long accepted, long told, long openMicros, long cpuMicros, int open) {
    /**
     * @param own the epoch that the process started; null if the journal has none of it
     * @param fresh whether there was no record before
     */
    static Death of(KillPlan plan, Life life, EpochBook own, boolean fresh, int open) {
        long micros = life.ready == null || fresh ? -1 : life.ready.openMicros();
        return new Death(
                place(plan, life, own),
                life.accepted.size(),
                life.got.size() + life.saw.size(),
                micros,
                micros < 0 ? -1 : life.ready.cpuMicros(),
                open);
    }

    private static String place(KillPlan plan, Life life, EpochBook own) {
        String host = life.host ? "host, " : "";
        if (life.closed) {
            return host + "closed";
        } else if (life.closing) {
            return host + "closing";
        } else if (life.quiet != null) {
            return host + "quiet";
        } else if (life.ready == null) {
            return host + opening(life, own);
        } else if (!life.here.isEmpty()) {
            return (plan.trapHolds() ? "held in " : "after ") + life.here;
        }
        return host + "under load";
    }

    private static String opening(Life life, EpochBook own) {
        if (!life.opening && own == null) {
            return "before opening";
        } else if (own == null) {
            return "opening, before its first record";
        } else if (own.abandonments < own.openBefore.size()) {
            return "opening, " + (own.abandonments == 0 ? "after its first record" : "between abandoned tasks");
        }
        return own.isReady() ? "opening, ready and not told" : "opening, before it was ready";
    }
}
