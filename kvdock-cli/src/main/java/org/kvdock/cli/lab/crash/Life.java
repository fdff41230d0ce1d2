package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one process has said of itself until it was killed. Filled by {@link DiaryReader}, then only read. */
final class Life {
    /**
     * What it said when it was ready.
     *
     * @param epoch the epoch that it started
     * @param openMicros from the call that opens the journal until the adapter took tasks; -1 if it was not measured
     * @param cpuMicros what that took of a processor
     * @param abandoned tasks that it was told of as abandoned, as EPOCH/ID
     * @param stated keys that the adapter said it still had
     * @param candidates keys that the journal offered to it
     * @param locksEnded locks that it was told had ended
     */
    record Ready(
            long epoch,
            long openMicros,
            long cpuMicros,
            List<String> abandoned,
            Set<Integer> stated,
            Set<Integer> candidates,
            long locksEnded) {}

    /** The adapter's own state when nothing was going on. */
    record Quiet(Set<Long> open, Set<Long> undelivered, Map<Integer, Long> locks, Map<Integer, Long> keys) {}

    /** @param late whether the adapter was being closed when it was over, so that the journal may not have it any more */
    record Got(Result result, boolean late) {}

    record Unlocked(List<Integer> keys, boolean late) {}

    record Deleted(List<Integer> keys, String bits, boolean late) {}

    /** @param stored one digit for each key */
    record Written(List<Integer> keys, String stored) {}

    final long pid;
    /** Whether it is a host, whose own threads submit and tell nobody. */
    final boolean host;
    /** Null until it was ready, and if it never was. */
    Ready ready;
    boolean opening;
    /** The place where it was held or passed by last; empty if it came to none. */
    String here = "";
    /** Null if it never said so. */
    Quiet quiet;
    boolean closing;
    boolean closed;
    final Map<Long, Call.Submit> accepted = new HashMap<>();
    final List<Long> acceptedTwice = new ArrayList<>();
    long refused;
    final List<Got> got = new ArrayList<>();
    final List<Result> saw = new ArrayList<>();
    final List<Unlocked> unlocked = new ArrayList<>();
    final List<Deleted> deleted = new ArrayList<>();
    final List<Written> written = new ArrayList<>();
    /** What each thread was about to do and had not come back from. */
    final Map<Integer, Call> pending = new HashMap<>();
    /** Lines that nobody can understand. */
    final List<String> malformed = new ArrayList<>();

    Life(long pid, boolean host) {
        this.pid = pid;
        this.host = host;
    }
}
