package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.cli.lab.crash.child.LabKeys;
import org.kvdock.journal.chronicle.read.Damage;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.TaskState;

/**
 * Reads one journal again after each kill: what was there before must still be there, record by record; what is new
 * goes into the books and into the fold; and all folds must come to the same as the books. For one thread.
 */
final class JournalCheck {
    private final JournalDirectory journal;
    private final Findings findings;
    private final Books books;
    private final TaskState fold = new TaskState();
    // Hash of each record by its number, since retention may take away what this was read from.
    private int[] seen = new int[1 << 12];

    JournalCheck(JournalDirectory journal, Findings findings) {
        this.journal = journal;
        this.findings = findings;
        this.books = new Books(findings);
    }

    Books books() {
        return books;
    }

    /**
     * Reads all that is there. No process writes meanwhile.
     *
     * @throws IOException if a file cannot be read at all
     */
    void read() throws IOException {
        long next = -1;
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                long sequence = record.header().sequence();
                if (next >= 0 && sequence < next) {
                    findings.add(Kind.DUPLICATED, "record " + sequence + " after record " + (next - 1));
                }
                next = sequence + 1;
                if (sequence < books.nextSequence()) {
                    again(sequence, record);
                } else {
                    first(sequence, record);
                }
            }
            if (Math.max(0, next) < books.nextSequence()) {
                findings.add(Kind.LOST, "records " + Math.max(0, next) + " to " + (books.nextSequence() - 1)
                        + " were there and are gone");
            }
            for (Damage damage : reader.damages()) {
                findings.add(Kind.LOST, damage.toString());
            }
        }
        compare("the fold of all records", fold);
        compareCheckpoint();
    }

    /**
     * Reads all that is there while a process writes: whole records without a gap (case 109).
     *
     * @throws IOException if a file cannot be read at all
     */
    void readLive() throws IOException {
        try (JournalReader reader = JournalReader.open(journal)) {
            long last = -1;
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                last = record.header().sequence();
            }
            if (last + 1 < books.nextSequence()) {
                findings.add(Kind.LOST, "read while it is written: ends with record " + last);
            }
            reader.damages().forEach(damage -> findings.add(Kind.LOST, "read while it is written: " + damage));
        }
    }

    private void again(long sequence, JournalRecord record) {
        if (seen[(int) sequence] != record.hashCode()) {
            findings.add(Kind.FOLD, "record " + sequence + " was another one before: now " + record);
        }
    }

    private void first(long sequence, JournalRecord record) {
        if (sequence >= seen.length) {
            seen = Arrays.copyOf(seen, (int) Math.max(2L * seen.length, sequence + 1));
        }
        seen[(int) sequence] = record.hashCode();
        books.enter(record);
        fold.apply(record);
    }

    private void compareCheckpoint() throws IOException {
        JournalFold quick = JournalFold.fromCheckpoint(journal);
        quick.damages().forEach(damage -> findings.add(Kind.LOST, "opening would find: " + damage));
        String from = "the fold from the last checkpoint";
        TaskState other = quick.state();
        compare(from, other);
        same(from, "open tasks with all they say", fold.openTasks(), other.openTasks());
        same(from, "keys with all they say", fold.keys(), other.keys());
        same(from, "candidates with all they say", fold.candidates(), other.candidates());
        same(from, "unlocks", fold.counters().unlocks(), other.counters().unlocks());
        same(from, "bytes moved", fold.counters().bytesMoved(), other.counters().bytesMoved());
        same(from, "failed tasks", fold.counters().failed(), other.counters().failed());
    }

    /** Holds a fold against the books. */
    private void compare(String which, TaskState state) {
        if (books.last() == null) {
            return;
        }
        same(which, "records missing", 0L, state.gaps());
        same(which, "records out of place", 0L, state.strays());
        same(which, "next record", books.nextSequence(), state.nextSequence());
        same(which, "epoch", books.last().epoch, state.epoch());
        same(which, "end of epoch", books.last().ended, state.ended());
        same(which, "epochs", (long) books.epochs().size(), state.counters().epochs());
        same(which, "submitted", sum(epoch -> epoch.tasks.size()), state.counters().submitted());
        same(which, "completed", tasks(task -> task.completed != null), state.counters().completed());
        same(which, "delivered", books.delivered(), state.counters().delivered());
        same(which, "abandoned", sum(epoch -> epoch.abandonments), state.counters().abandoned());
        Set<String> open = new HashSet<>();
        state.openTasks().keySet().forEach(name -> open.add(name.epoch() + "/" + name.taskId()));
        same(which, "open tasks", books.open(), open);
        same(which, "results that nobody fetched", books.undelivered(), state.undelivered());
        same(which, "locks", books.locks(), numbered(state.locks()));
        same(which, "keys", books.keys().keySet(), numbered(state.keys()).keySet());
        same(which, "candidates", books.candidates().keySet(), numbered(state.candidates()).keySet());
    }

    private void same(String which, String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            findings.add(Kind.FOLD, which + ": " + what + ": must be " + Texts.brief(expected) + ", is " + Texts.brief(found));
        }
    }

    /** Counts something of an epoch. */
    private interface OfEpoch {
        long count(EpochBook epoch);
    }

    private long sum(OfEpoch what) {
        return books.epochs().values().stream().mapToLong(what::count).sum();
    }

    private long tasks(java.util.function.Predicate<TaskEntry> which) {
        return sum(epoch -> epoch.tasks.values().stream().filter(which).count());
    }

    private static <T> Map<Integer, T> numbered(Map<ObjectKey, T> byKey) {
        Map<Integer, T> byNumber = new HashMap<>();
        byKey.forEach((key, value) -> byNumber.put(LabKeys.number(key), value));
        return byNumber;
    }
}
