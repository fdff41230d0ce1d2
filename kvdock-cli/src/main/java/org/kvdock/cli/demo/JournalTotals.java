package org.kvdock.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;

/** What the journals of all hosts add up to, less what was there before. */
record JournalTotals(
        long records, long submitted, long completed, long failed, long abandoned, long open, long locks, long damages) {

    /**
     * @param root where all hosts' journals are; need not exist
     * @return their totals
     * @throws IOException if a file cannot be read at all
     */
    static JournalTotals of(Path root) throws IOException {
        List<JournalInfo> infos = new ArrayList<>();
        if (Files.isDirectory(root)) {
            for (JournalDirectory journal : JournalDirectory.find(root)) {
                infos.add(JournalInfo.of(journal, JournalFold.Progress.NONE));
            }
        }
        JournalInfo sum = JournalInfo.sum(infos);
        return new JournalTotals(
                sum.records(), sum.submitted(), sum.completed(), sum.failed(), sum.abandoned(), sum.openTasks(),
                sum.locksHeld(), sum.damageCount());
    }

    /** @return what has been added since; what is open, locked or damaged is counted as it is now */
    JournalTotals since(JournalTotals before) {
        return new JournalTotals(
                records - before.records,
                submitted - before.submitted,
                completed - before.completed,
                failed - before.failed,
                abandoned - before.abandoned,
                open,
                locks,
                damages);
    }
}
