package org.kvdock.journal.chronicle.replay;

import java.util.BitSet;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalRecord;

/** One recorded task that was submitted again. For one thread. */
final class Running {
    final JournalRecord.Submitted task;
    final Chunks.Held buffers;
    /** Positions of keys that another task touched at the same time, one of the two storing it. */
    final BitSet raced = new BitSet();
    /** What came of it this time; null until it has ended. */
    TaskResult result;

    Running(JournalRecord.Submitted task, Chunks.Held buffers) {
        this.task = task;
        this.buffers = buffers;
    }
}
