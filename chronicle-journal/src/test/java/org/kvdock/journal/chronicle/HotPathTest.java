package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** What every task pays. */
class HotPathTest {
    private static final int TASKS = 30_000;
    /** For the compiler, which takes the clock's instants away: on a busy machine it comes late. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final double ROUNDING_BYTES = 0.5;
    // An empty array of arrays.
    private static final int FAULT_BYTES = 16;

    @TempDir
    Path root;

    @Test
    @DisplayName("a record costs no garbage; where a page may lose its room, and the JVM must be asked, an empty array")
    void garbage() throws Exception {
        List<ObjectKey> keys = Keys.keys(0, 3);
        TaskResult result = new TaskResult(
                0, TaskKind.LOOKUP, TaskOutcome.SUCCESS, Bitmap.ones(3), new Bitmap(3), new Bitmap(3), 0, ErrorCode.NONE, "");
        long[] ids = {0};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (boolean firm : new boolean[] {true, false}) {
            Disk disk = new Disk() {
                @Override
                public boolean isFirm(Path directory) {
                    return firm;
                }
            };
            JournalSettings settings = JournalSettings.at(root);
            try (TaskJournal journal =
                    ChronicleJournals.with(settings, TimeSource.SYSTEM, disk).open("firm-" + firm)) {
                JournalWriter writer = Records.writer(journal);
                double allowed = ROUNDING_BYTES + (firm || LateFault.IS_CHEAP ? 0 : FAULT_BYTES);
                double bytes;
                long end = System.nanoTime() + PATIENCE_NANOS;
                do {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int task = 0; task < TASKS; task++) {
                        writer.submitted(0, TaskKind.LOOKUP, keys, 0, Optional.empty());
                        writer.completed(result, true);
                        writer.unlocked(keys, result.bitmap());
                        writer.delivered(ids);
                    }
                    bytes = (threads.getCurrentThreadAllocatedBytes() - before) / (4.0 * TASKS);
                } while (bytes > allowed && System.nanoTime() - end < 0);
                System.out.printf("firm %b: %.2f bytes of garbage for a record%n", firm, bytes);
                assertTrue(bytes <= allowed, bytes + " bytes of garbage for a record, firm: " + firm);
            }
        }
    }
}
