package org.kvdock.cli.lab.swap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.l2.ErrorCode;

/**
 * What a campaign came to.
 *
 * @param seed repeats the run
 * @param swaps how many were done, by kind
 * @param firstTaskMicros from a bundle's start to the first task that an adapter of it has done
 * @param done what the host counted; no fields if it did not come so far
 * @param journals what the adapters' journals add up to
 * @param cancelledUntold tasks that closes have cancelled and whose delivery the journals do not have
 * @param broken why it broke off, empty if it did not
 * @param journal where the journals are kept, null if they are not
 */
record SwapResult(
        long seed,
        Map<SwapKind, Integer> swaps,
        Histogram firstTaskMicros,
        HostEvent done,
        JournalInfo journals,
        long cancelledUntold,
        String broken,
        Path journal) {

    /**
     * What the allocator keeps and the compiler makes comes and goes by this much; a leak of two hundred KiB a swap is more
     * than that in a campaign of a thousand.
     */
    private static final long MAX_NATIVE_GROWTH = 96 << 20;
    /** An adapter that has not drained at its deadline is closed, and cancels what it has left. Nothing else may fail. */
    private static final String CANCELLED = ErrorCode.CANCELLED.name();
    /** What fields of {@code done} begin with that count tasks without success, before the cause's name. */
    static final String FAILED = "tasks_failed_";

    int swapCount() {
        return swaps.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** @return tasks that were accepted and of which the host, or the journal, has no end, or the caller no result */
    long tasksLost() {
        // What close has cancelled may be fetched when the journal is closed already.
        long undelivered = journals.submitted() - journals.delivered() - cancelledUntold;
        return Math.max(
                done.number("tasks_accepted") - done.number("tasks_completed"),
                Math.max(undelivered, journals.openTasks() + journals.abandoned()));
    }

    /** @return tasks that completed without success, by cause; causes without one are left out */
    Map<String, Long> tasksFailed() {
        Map<String, Long> failed = new TreeMap<>();
        done.numbers().forEach((field, tasks) -> {
            if (field.startsWith(FAILED)) {
                failed.put(field.substring(FAILED.length()), tasks);
            }
        });
        return failed;
    }

    /** @return what must hold, and by which the exit status is decided: the name, and what is wrong or nothing */
    Map<String, String> failures() {
        Map<String, String> failures = new LinkedHashMap<>();
        if (!broken.isEmpty()) {
            failures.put("the run", broken);
            return failures;
        }
        zero(failures, "tasks lost", tasksLost());
        zero(failures, "difference between the tasks that host and journals accepted",
                done.number("tasks_accepted") - journals.submitted());
        tasksFailed().forEach((cause, tasks) -> {
            if (!cause.equals(CANCELLED)) {
                zero(failures, "tasks that failed with " + cause, tasks);
            }
        });
        zero(failures, "requests without an answer", done.number("unanswered"));
        zero(failures, "blocks with wrong bytes", done.number("damaged"));
        zero(failures, "blocks that stayed locked", done.number("locked"));
        zero(failures, "blocks that stayed reserved", done.number("reserved"));
        zero(failures, "locks in the journals", journals.locksHeld());
        zero(failures, "damage in the journals", journals.damageCount() + journals.strays());
        zero(failures, "other bundles that left ACTIVE", done.number("other_bundles_left_active"));
        zero(failures, "file descriptors more than before", done.number("fd_growth"));
        zero(failures, "threads more than before", done.number("thread_growth"));
        zero(failures, "class loaders more than before", done.number("classloader_growth"));
        atMost(failures, "bytes of direct memory more than before", done.number("direct_memory_growth_bytes"),
                Leaks.MAX_DIRECT_GROWTH);
        atMost(failures, "bytes of native memory more than at half-time", done.number("native_memory_growth_bytes"),
                MAX_NATIVE_GROWTH);
        return failures;
    }

    private static void zero(Map<String, String> failures, String what, long count) {
        if (count != 0) {
            failures.put(what, Long.toString(count));
        }
    }

    private static void atMost(Map<String, String> failures, String what, long count, long most) {
        if (count > most) {
            failures.put(what, String.format("%,d, at most %,d", count, most));
        }
    }

    /** @return the result as lines for people */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format("swaps            %,d %s", swapCount(), swaps));
        lines.add(String.format("requests         %,d, of which %,d stored by every adapter; %,d blocks read back",
                done.number("requests"), done.number("requests_stored"), done.number("blocks_read")));
        lines.add(String.format("tasks            %,d accepted, %,d completed (without success: %s), %,d lost",
                done.number("tasks_accepted"), done.number("tasks_completed"), tasksFailed(), tasksLost()));
        lines.add(String.format("left ACTIVE      %,d other bundles", done.number("other_bundles_left_active")));
        lines.add(String.format(
                "growth           %,d fds, %,d threads, %,d class loaders; %,d KiB direct, %,d KiB native in the second half",
                done.number("fd_growth"), done.number("thread_growth"), done.number("classloader_growth"),
                done.number("direct_memory_growth_bytes") / 1024, done.number("native_memory_growth_bytes") / 1024));
        lines.add(String.format("longest submit   %,.1f ms; a thread that only slept was late by up to %,.1f ms",
                done.number("longest_submit_pause_us") / 1e3, done.number("longest_hiccup_us") / 1e3));
        lines.add(String.format("start to task    p50 %,.1f ms, p99 %,.1f ms, longest %,.1f ms: from a bundle's start to its first task's end",
                firstTaskMicros.getValueAtPercentile(50) / 1e3, firstTaskMicros.getValueAtPercentile(99) / 1e3,
                firstTaskMicros.getMaxValue() / 1e3));
        failures().forEach((what, count) -> lines.add("WRONG: " + what + ": " + count));
        return lines;
    }
}
