package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.lab.crash.Findings.Kind;

/** What a campaign adds up to. All methods are synchronized. */
final class CrashResult {
    private static final long LONGEST_MICROS = 600_000_000;
    private static final int MOST_TEXTS = 100;

    private final long seed;
    private final Histogram reopen = new Histogram(LONGEST_MICROS, 3);
    private final Histogram reopenCpu = new Histogram(LONGEST_MICROS, 3);
    private final Map<KillPoint, Integer> planned = new EnumMap<>(KillPoint.class);
    private final Map<String, Integer> places = new TreeMap<>();
    private final Map<Kind, Long> wrong = new EnumMap<>(Kind.class);
    private final List<String> texts = new ArrayList<>();
    private int kills;
    private long accepted;
    private long told;
    private long leftOpen;
    private long records;

    CrashResult(long seed) {
        this.seed = seed;
    }

    synchronized void killed(KillPlan plan, Death death) {
        kills++;
        planned.merge(plan.point(), 1, Integer::sum);
        places.merge(death.place(), 1, Integer::sum);
        reopened(death);
        accepted += death.accepted();
        told += death.told();
        leftOpen += death.open();
    }

    /** A process has opened a journal after a kill. */
    synchronized void reopened(Death death) {
        if (death.openMicros() >= 0) {
            reopen.recordValue(Math.min(death.openMicros(), LONGEST_MICROS));
            reopenCpu.recordValue(Math.min(death.cpuMicros(), LONGEST_MICROS));
        }
    }

    synchronized void chainEnded(Findings findings, long journalRecords) {
        for (Kind kind : Kind.values()) {
            wrong.merge(kind, findings.count(kind), Long::sum);
        }
        for (String text : findings.texts()) {
            if (texts.size() < MOST_TEXTS) {
                texts.add(text);
            }
        }
        records += journalRecords;
    }

    long seed() {
        return seed;
    }

    synchronized int kills() {
        return kills;
    }

    synchronized long accepted() {
        return accepted;
    }

    /** @return results that processes were given */
    synchronized long told() {
        return told;
    }

    /** @return tasks that were open when a process was killed, all kills together */
    synchronized long leftOpen() {
        return leftOpen;
    }

    synchronized long records() {
        return records;
    }

    synchronized long count(Kind kind) {
        return wrong.getOrDefault(kind, 0L);
    }

    synchronized boolean right() {
        return wrong.values().stream().allMatch(count -> count == 0);
    }

    /** @return what was wrong, the first of it, one line each */
    synchronized List<String> texts() {
        return List.copyOf(texts);
    }

    /** @return how many kills were meant to hit where */
    synchronized Map<KillPoint, Integer> planned() {
        return new EnumMap<>(planned);
    }

    /** @return how many kills did hit where, in words */
    synchronized Map<String, Integer> places() {
        return new TreeMap<>(places);
    }

    /** @return from the call that opens a journal after a kill until its adapter takes tasks, in microseconds */
    synchronized Histogram reopen() {
        return reopen.copy();
    }

    /** @return what that took of a processor, class loading included: the process is new */
    synchronized Histogram reopenCpu() {
        return reopenCpu.copy();
    }
}
