package org.kvdock.cli.lab.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One epoch in the books: what the journal says of it. Filled by {@link Books}. */
final class EpochBook {
    final long epoch;
    final long pid;
    /** What the epochs before had left when this one began. */
    final Set<String> openBefore;

    final Set<Integer> candidatesBefore;
    final long locksBefore;
    final Map<Long, TaskEntry> tasks = new HashMap<>();
    /** How often these keys were given back, in this order. */
    final Map<List<Integer>, Integer> unlocks = new HashMap<>();
    /** How often a key was deleted. */
    final Map<Integer, Integer> deletions = new HashMap<>();
    /** Keys that were published at least once. */
    final Set<Integer> published = new HashSet<>();
    /** Records that closed tasks of epochs before. */
    long abandonments;
    /** Keys that were there when the adapter was ready; null if it never was. */
    Set<Integer> keysWhenReady;
    boolean ended;
    long records;

    EpochBook(long epoch, long pid, Set<String> openBefore, Set<Integer> candidatesBefore, long locksBefore) {
        this.epoch = epoch;
        this.pid = pid;
        this.openBefore = openBefore;
        this.candidatesBefore = candidatesBefore;
        this.locksBefore = locksBefore;
    }

    boolean isReady() {
        return keysWhenReady != null;
    }
}
