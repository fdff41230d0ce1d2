package org.kvdock.cli.lab.swap;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.journal.JournalRecord;

/** Tasks that an adapter's close has cancelled, and whose delivery came when its journal was closed already. */
final class Untold {
    private Untold() {}

    /** @return how many tasks of a journal were recorded as cancelled and not as delivered */
    static long cancellations(JournalDirectory journal) throws IOException {
        long untold = 0;
        long epoch = -1;
        Set<Long> cancelled = new HashSet<>();
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                if (record.header().epoch() != epoch) {
                    epoch = record.header().epoch();
                    untold += cancelled.size();
                    cancelled.clear();
                }
                if (record instanceof JournalRecord.Completed task && task.outcome() == TaskOutcome.CANCELLED) {
                    cancelled.add(task.taskId());
                } else if (record instanceof JournalRecord.Delivered told && !cancelled.isEmpty()) {
                    cancelled.removeAll(Set.copyOf(told.taskIds()));
                }
            }
        }
        return untold + cancelled.size();
    }
}
