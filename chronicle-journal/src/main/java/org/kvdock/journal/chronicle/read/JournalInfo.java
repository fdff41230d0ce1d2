package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.journal.TaskState;

/**
 * What {@code journal info} tells, of one journal or of several together.
 *
 * @param name the journal's name; {@code *} for several together
 * @param records records of all types
 * @param epochs epochs started
 * @param submitted tasks accepted
 * @param completed tasks ended, in whatever way
 * @param failed of these, with another outcome than success
 * @param delivered results handed out
 * @param unlocks locks given back
 * @param abandoned tasks that a later epoch closed
 * @param openTasks tasks accepted and not ended
 * @param undelivered tasks of the last epoch that ended and whose result nobody has fetched
 * @param locksHeld locks held
 * @param keysStored keys stored
 * @param bytesMoved bytes that tasks moved
 * @param firstMicros wall clock of the first record, microseconds since 1970; -1 without records
 * @param lastMicros wall clock of the last record; -1 without records
 * @param strays records that do not fit the ones before
 * @param damages what could not be read, in order
 * @param damageCount how many damages there were
 */
public record JournalInfo(
        String name,
        long records,
        long epochs,
        long submitted,
        long completed,
        long failed,
        long delivered,
        long unlocks,
        long abandoned,
        long openTasks,
        long undelivered,
        long locksHeld,
        long keysStored,
        long bytesMoved,
        long firstMicros,
        long lastMicros,
        long strays,
        List<Damage> damages,
        long damageCount) {

    /**
     * @param journal the journal
     * @param progress is told how far it has come
     * @return its totals
     * @throws IOException if a file cannot be read at all
     */
    public static JournalInfo of(JournalDirectory journal, JournalFold.Progress progress) throws IOException {
        return of(JournalFold.of(journal, JournalFold.Limit.NONE, progress));
    }

    /**
     * @param fold what a journal adds up to
     * @return its totals
     */
    public static JournalInfo of(JournalFold fold) {
        TaskState state = fold.state();
        TaskState.Counters count = state.counters();
        return new JournalInfo(
                fold.journal().name(),
                count.records(),
                count.epochs(),
                count.submitted(),
                count.completed(),
                count.failed(),
                count.delivered(),
                count.unlocks(),
                count.abandoned(),
                state.openTasks().size(),
                state.snapshot().undelivered().size(),
                state.locksHeld(),
                state.keys().size(),
                count.bytesMoved(),
                fold.firstMicros(),
                fold.lastMicros(),
                state.strays(),
                fold.damages(),
                fold.damageCount());
    }

    /**
     * @param journals several journals' totals
     * @return them together; times are the earliest and the latest
     */
    public static JournalInfo sum(List<JournalInfo> journals) {
        long[] sums = new long[14];
        long first = -1;
        long last = -1;
        List<Damage> damages = new ArrayList<>();
        for (JournalInfo one : journals) {
            long[] parts = {
                one.records, one.epochs, one.submitted, one.completed, one.failed, one.delivered, one.unlocks,
                one.abandoned, one.openTasks, one.undelivered, one.locksHeld, one.keysStored, one.bytesMoved, one.strays
            };
            for (int i = 0; i < sums.length; i++) {
                sums[i] += parts[i];
            }
            if (one.firstMicros >= 0) {
                first = first < 0 ? one.firstMicros : Math.min(first, one.firstMicros);
                last = Math.max(last, one.lastMicros);
            }
            damages.addAll(one.damages);
        }
        return new JournalInfo(
                "*", sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8], sums[9], sums[10],
                sums[11], sums[12], first, last, sums[13], List.copyOf(damages),
                journals.stream().mapToLong(JournalInfo::damageCount).sum());
    }
}
