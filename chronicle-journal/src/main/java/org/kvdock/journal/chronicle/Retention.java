package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.TimeSource;

/**
 * Removes the oldest parts: closed ones only, that two checkpoints cover, that hold no open task, and that are older or
 * more than what is to be kept. From the oldest on without leaving one out, so that what stays is in one piece whenever
 * it is interrupted. For one thread.
 */
final class Retention {
    private final JournalDirectory journal;
    private final Duration keepFor;
    private final long keepBytes;
    private final TimeSource time;

    /** @param time tells how old a part is, and is asked between two deletions, where a test may hold it */
    Retention(JournalDirectory journal, Duration keepFor, long keepBytes, TimeSource time) {
        this.journal = journal;
        this.keepFor = keepFor;
        this.keepBytes = keepBytes;
        this.time = time;
    }

    /** A part, and the first record of it; null if it has none. */
    private record Stretch(Path directory, JournalRecord first, long bytes) {}

    boolean isOn() {
        return !keepFor.isZero() || keepBytes > 0;
    }

    /**
     * @param oldestNeeded number of the oldest record that an open task needs
     * @return how many parts were removed
     * @throws IOException if a directory cannot be read
     */
    int run(long oldestNeeded) throws IOException {
        List<Path> checkpoints = Checkpoint.files(journal);
        if (checkpoints.size() < 2) {
            return 0;
        }
        long covered = Checkpoint.upToOf(checkpoints.get(1));
        long nowMicros = time.wallMicros();
        List<Stretch> stretches = stretches();
        long bytes = stretches.stream().mapToLong(Stretch::bytes).sum();
        int removed = 0;
        // The last one is being written.
        for (int i = 0; i + 1 < stretches.size(); i++) {
            JournalRecord next = firstAfter(stretches, i);
            if (next == null || next.header().sequence() > Math.min(covered, oldestNeeded)) {
                break;
            }
            // A part is as old as the record after its last.
            boolean tooOld = !keepFor.isZero() && nowMicros - next.header().wallMicros() > keepFor.toNanos() / 1000;
            boolean tooMuch = keepBytes > 0 && bytes > keepBytes;
            if (!tooOld && !tooMuch) {
                break;
            }
            bytes -= stretches.get(i).bytes();
            deletePart(stretches.get(i).directory(), time);
            removed++;
        }
        return removed;
    }

    private static JournalRecord firstAfter(List<Stretch> stretches, int index) {
        for (int i = index + 1; i < stretches.size(); i++) {
            if (stretches.get(i).first() != null) {
                return stretches.get(i).first();
            }
        }
        return null;
    }

    private List<Stretch> stretches() throws IOException {
        List<Stretch> stretches = new ArrayList<>();
        for (Path part : journal.parts()) {
            long bytes = 0;
            for (Path file : JournalDirectory.queueFilesIn(part)) {
                bytes += Files.size(file);
            }
            stretches.add(new Stretch(part, JournalReader.firstIn(part), bytes));
        }
        return stretches;
    }

    /**
     * Removes a part and, if it was the last in it, its epoch's directory. What cannot be removed stays.
     *
     * @param directory the part's
     */
    static void deletePart(Path directory) {
        deletePart(directory, TimeSource.SYSTEM);
    }

    private static void deletePart(Path directory, TimeSource time) {
        try {
            delete(JournalDirectory.begunMarker(directory), time);
            for (Path file : JournalDirectory.queueFilesIn(directory)) {
                delete(file, time);
            }
            try (DirectoryStream<Path> rest = Files.newDirectoryStream(directory)) {
                for (Path file : rest) {
                    delete(file, time);
                }
            }
            delete(directory, time);
            Files.deleteIfExists(directory.getParent());
        } catch (IOException e) {
            // The epoch has other parts, or the disk refuses: the next run finds what is left.
        }
    }

    private static void delete(Path file, TimeSource time) throws IOException {
        if (Files.deleteIfExists(file)) {
            betweenDeletions(time);
        }
    }

    // A place with a name: the crash campaign kills here, and tells how often by this name.
    private static void betweenDeletions(TimeSource time) {
        time.wallMicros();
    }
}
