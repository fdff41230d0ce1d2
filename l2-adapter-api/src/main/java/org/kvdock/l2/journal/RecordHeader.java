package org.kvdock.l2.journal;

/**
 * What every journal record begins with.
 *
 * @param sequence the record's number in its journal, from 0 without gaps over all epochs
 * @param epoch the epoch that wrote it
 * @param wallMicros wall clock, microseconds since 1970 (UTC)
 * @param monoNanos monotonic clock of the writing process; comparable within an epoch only
 */
public record RecordHeader(long sequence, long epoch, long wallMicros, long monoNanos) {}
