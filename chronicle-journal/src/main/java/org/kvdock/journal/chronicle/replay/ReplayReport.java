package org.kvdock.journal.chronicle.replay;

import java.util.List;

/**
 * What a replay found.
 *
 * @param records records that were read
 * @param submitted tasks that were submitted again
 * @param arrivals keys that came without a recorded task, from a peer or from before, and were stored for it
 * @param compared of these, tasks whose result the journal has and that ended again
 * @param raced of these, tasks that shared a key with a store at the same time; what they say of it is left out
 * @param unrecorded of these, tasks whose result the journal does not have: they were in flight when it ended or died
 * @param bytesVerified bytes that loads brought back and that were what the replay had stored
 * @param differences what came out otherwise, in order, at most as many as the options say
 * @param differenceCount how much came out otherwise
 * @param damageCount damages met while reading
 * @param nanos how long it took
 */
public record ReplayReport(
        long records,
        long submitted,
        long arrivals,
        long compared,
        long raced,
        long unrecorded,
        long bytesVerified,
        List<Difference> differences,
        long differenceCount,
        long damageCount,
        long nanos) {}
