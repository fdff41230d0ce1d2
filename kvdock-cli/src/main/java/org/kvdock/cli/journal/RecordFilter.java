package org.kvdock.cli.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.kvdock.cli.UsageException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordType;
import picocli.CommandLine.Option;

/** Which records {@code dump} writes: those that fit everything that was given. */
final class RecordFilter {
    @Option(names = "--type", split = ",", paramLabel = "TYPE", description = "of these types: ${COMPLETION-CANDIDATES}")
    private List<RecordType> types = List.of();

    @Option(names = "--kind", split = ",", paramLabel = "KIND", description = "of tasks of these kinds: ${COMPLETION-CANDIDATES}")
    private List<TaskKind> kinds = List.of();

    @Option(names = "--epoch", paramLabel = "N", description = "of this epoch")
    private Long epoch;

    @Option(names = "--task", paramLabel = "EPOCH/ID", description = "about this task")
    private String task;

    @Option(names = "--key", paramLabel = "TEXT", description = "with a key that contains this text")
    private String key;

    @Option(names = "--from", paramLabel = "N|TIME", description = "from this record or time on")
    private String from;

    @Option(names = "--to", paramLabel = "N|TIME", description = "up to this record or time")
    private String to;

    private TaskArgument wanted;
    private Moment first;
    private Moment last;

    /** Reads what was given as text. */
    void prepare() throws UsageException {
        wanted = task == null ? null : TaskArgument.parse("--task", task);
        first = from == null ? null : Moment.parse("--from", from);
        last = to == null ? null : Moment.parse("--to", to);
        if (epoch != null && epoch < 0) {
            throw new UsageException("--epoch: " + epoch + " is not allowed, must be at least 0");
        }
        if (first != null && last != null && first.isRecord() == last.isRecord() && first.value() > last.value()) {
            throw new UsageException("--to: " + to + " is not allowed, must not be before --from " + from);
        }
    }

    /** @return whether no later record can fit */
    boolean isPast(JournalRecord record) {
        return last != null && last.isRecord() && !last.includes(record.header());
    }

    boolean fits(JournalRecord record) {
        return (types.isEmpty() || types.contains(record.type()))
                && (kinds.isEmpty() || kinds.contains(kindOf(record)))
                && (epoch == null || record.header().epoch() == epoch)
                && (wanted == null || wanted.isIn(record))
                && (key == null || hasKey(record))
                && (first == null || !first.excludesBefore(record.header()))
                && (last == null || last.includes(record.header()));
    }

    private static TaskKind kindOf(JournalRecord record) {
        if (record instanceof JournalRecord.Submitted one) {
            return one.kind();
        }
        if (record instanceof JournalRecord.Completed one) {
            return one.kind();
        }
        return record instanceof JournalRecord.Abandoned one ? one.kind() : null;
    }

    private boolean hasKey(JournalRecord record) {
        if (record instanceof JournalRecord.Submitted one) {
            return one.keys().stream().anyMatch(each -> each.toString().contains(key));
        }
        if (record instanceof JournalRecord.Unlocked one) {
            return one.keys().stream().anyMatch(each -> each.toString().contains(key));
        }
        if (record instanceof JournalRecord.KeyPublished one) {
            return one.key().toString().contains(key);
        }
        if (record instanceof JournalRecord.KeyRemoved one) {
            return one.key().toString().contains(key);
        }
        return record instanceof JournalRecord.LeaseEnded one && one.key().toString().contains(key);
    }

    /** A record's number or a time. */
    record Moment(boolean isRecord, long value) {
        static Moment parse(String option, String text) throws UsageException {
            try {
                return text.matches("[0-9]+")
                        ? new Moment(true, Long.parseLong(text))
                        : new Moment(false, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)));
            } catch (RuntimeException e) {
                throw new UsageException(option + ": " + text
                        + " is not allowed, must be a record's number or a time as dump writes it");
            }
        }

        private long of(org.kvdock.l2.journal.RecordHeader header) {
            return isRecord ? header.sequence() : header.wallMicros();
        }

        boolean includes(org.kvdock.l2.journal.RecordHeader header) {
            return of(header) <= value;
        }

        boolean excludesBefore(org.kvdock.l2.journal.RecordHeader header) {
            return of(header) < value;
        }
    }
}
