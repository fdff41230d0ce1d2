package org.kvdock.journal.chronicle.replay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventPoller;
import org.kvdock.l2.journal.JournalRecord;

/**
 * Submits recorded tasks again, with payloads made from their keys, and compares what comes of them (case 110). A task
 * is submitted when everything that was completed before it in the recording is completed again: so whatever could
 * depend on something has it, and what ran side by side does so again. Each recorded epoch gets an adapter of its own.
 * One thread drives it all.
 */
public final class JournalReplay {
    private static final int PROGRESS_EVERY = 1024;
    private static final Duration LOOK = Duration.ofMillis(1);

    private final JournalDirectory journal;
    private final LongFunction<L2Adapter> adapters;
    private final ReplayOptions options;
    private final JournalFold.Progress progress;

    private final Chunks chunks = new Chunks();
    private final Map<Long, Running> running = new HashMap<>();
    // By the id that the adapter gave.
    private final Map<TaskKind, Map<Long, Running>> byNewId = new EnumMap<>(TaskKind.class);
    private final List<Difference> differences = new ArrayList<>();
    private long differenceCount;
    private long submitted;
    private long compared;
    private long unrecorded;
    private long bytesVerified;

    private L2Adapter adapter;
    private EventPoller poller;
    private long epoch;
    private long epochNanos;
    private long startNanos;

    /** One task that was submitted again. */
    private static final class Running {
        private final JournalRecord.Submitted task;
        private final Chunks.Held buffers;
        private TaskResult result;

        private Running(JournalRecord.Submitted task, Chunks.Held buffers) {
            this.task = task;
            this.buffers = buffers;
        }
    }

    private JournalReplay(
            JournalDirectory journal,
            LongFunction<L2Adapter> adapters,
            ReplayOptions options,
            JournalFold.Progress progress) {
        this.journal = journal;
        this.adapters = adapters;
        this.options = options;
        this.progress = progress;
        for (TaskKind kind : TaskKind.values()) {
            byNewId.put(kind, new HashMap<>());
        }
    }

    /**
     * @param journal what was recorded
     * @param adapters makes a running adapter for a recorded epoch; the replay closes it
     * @param options how fast, how patient
     * @param progress is told how far it has come
     * @return what came out
     * @throws IOException if the journal cannot be read
     * @throws L2Exception if an adapter cannot be made
     */
    public static ReplayReport run(
            JournalDirectory journal,
            LongFunction<L2Adapter> adapters,
            ReplayOptions options,
            JournalFold.Progress progress)
            throws IOException {
        return new JournalReplay(journal, adapters, options, progress).run();
    }

    private ReplayReport run() throws IOException {
        long begun = System.nanoTime();
        long records = 0;
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                if (adapter == null || record.header().epoch() != epoch) {
                    begin(record);
                }
                pace(record);
                replay(record);
                if (++records % PROGRESS_EVERY == 0) {
                    progress.at(records, reader.filesRead(), reader.files().size());
                }
            }
            end();
            return new ReplayReport(
                    records, submitted, compared, unrecorded, bytesVerified, List.copyOf(differences), differenceCount,
                    reader.damageCount(), System.nanoTime() - begun);
        } finally {
            close();
        }
    }

    private void begin(JournalRecord first) {
        end();
        close();
        epoch = first.header().epoch();
        epochNanos = first.header().monoNanos();
        startNanos = System.nanoTime();
        adapter = adapters.apply(epoch);
        poller = new EventPoller();
        for (TaskKind kind : TaskKind.values()) {
            EventFd fd = adapter.eventFd(kind);
            poller.add(fd, () -> fetch(kind, fd));
        }
        chunks.forgetAll();
    }

    /** Waits for what the recording did not see the end of. */
    private void end() {
        for (Running one : List.copyOf(running.values())) {
            await(one);
            unrecorded++;
            forget(one);
        }
    }

    private void close() {
        if (adapter != null) {
            poller.close();
            adapter.close();
            adapter = null;
        }
    }

    private void pace(JournalRecord record) {
        if (options.speed() == 0) {
            return;
        }
        long due = startNanos + (long) ((record.header().monoNanos() - epochNanos) / options.speed());
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            poller.poll(Duration.ofNanos(left));
        }
    }

    private void replay(JournalRecord record) {
        if (record instanceof JournalRecord.Submitted task) {
            submit(task);
        } else if (record instanceof JournalRecord.Completed task) {
            Running again = running.get(task.taskId());
            if (again != null) {
                await(again);
                compare(task, again);
                forget(again);
            }
        } else if (record instanceof JournalRecord.Unlocked unlock) {
            adapter.submitUnlock(unlock.keys());
        } else if (record instanceof JournalRecord.KeyRemoved removed && removed.reason() == RemovalReason.DELETED) {
            adapter.delete(List.of(removed.key()));
            chunks.forget(removed.key());
        }
    }

    private void submit(JournalRecord.Submitted task) {
        Chunks.Held buffers = switch (task.kind()) {
            case STORE -> chunks.forStore(task.keys(), task.bytes());
            case LOAD -> chunks.forLoad(task.keys(), task.bytes());
            case LOOKUP -> Chunks.Held.NONE;
        };
        Running again = new Running(task, buffers);
        long end = System.nanoTime() + options.patience().toNanos();
        for (; ; ) {
            try {
                byNewId.get(task.kind()).put(submitted(task, buffers), again);
                running.put(task.taskId(), again);
                submitted++;
                return;
            } catch (BackPressureException e) {
                // An adapter with a lower bound than the recorded one: what is in flight must end first.
                if (System.nanoTime() - end > 0) {
                    refused(task, e);
                    return;
                }
                poller.poll(LOOK);
            } catch (L2Exception e) {
                refused(task, e);
                return;
            }
        }
    }

    private long submitted(JournalRecord.Submitted task, Chunks.Held buffers) {
        return switch (task.kind()) {
            case STORE -> adapter.submitStoreTask(task.keys(), buffers.chunks(), task.context());
            case LOOKUP -> adapter.submitLookupAndLockTask(task.keys());
            case LOAD -> adapter.submitLoadTask(task.keys(), buffers.chunks());
        };
    }

    private void refused(JournalRecord.Submitted task, L2Exception why) {
        differ(task, "submit", "accepted", "refused: " + why.getMessage());
    }

    private void fetch(TaskKind kind, EventFd fd) {
        fd.read();
        Map<Long, Running> waiting = byNewId.get(kind);
        if (kind == TaskKind.STORE) {
            adapter.popCompletedStoreTasks().forEach((id, result) -> fetched(waiting.remove(id), result));
            return;
        }
        waiting.entrySet().removeIf(one -> {
            Optional<TaskResult> result = kind == TaskKind.LOOKUP
                    ? adapter.queryLookupAndLockResult(one.getKey())
                    : adapter.queryLoadResult(one.getKey());
            result.ifPresent(found -> fetched(one.getValue(), found));
            return result.isPresent();
        });
    }

    private static void fetched(Running one, TaskResult result) {
        if (one != null) {
            one.result = result;
        }
    }

    private void await(Running one) {
        long end = System.nanoTime() + options.patience().toNanos();
        while (one.result == null && System.nanoTime() - end < 0) {
            poller.poll(options.patience());
        }
    }

    private void forget(Running one) {
        running.remove(one.task.taskId());
        // The buffers of a task that has not ended are still the adapter's (R7): they are left to it.
        if (one.result != null) {
            chunks.giveBack(one.buffers);
        }
    }

    private void compare(JournalRecord.Completed recorded, Running again) {
        JournalRecord.Submitted task = again.task;
        TaskResult now = again.result;
        if (now == null) {
            differ(task, "outcome", recorded.outcome().name(), "nothing within " + options.patience());
            return;
        }
        compared++;
        compare(task, "outcome", recorded.outcome(), now.outcome());
        compare(task, "bitmap", recorded.bitmap(), now.bitmap());
        compare(task, "bytes_moved", recorded.bytesMoved(), now.bytesMoved());
        compare(task, "error", recorded.error(), now.error());
        if (task.kind() == TaskKind.LOAD) {
            now.bitmap().indices().forEach(i -> verify(task, task.keys().get(i), again.buffers, i));
        }
    }

    private void verify(JournalRecord.Submitted task, ObjectKey key, Chunks.Held buffers, int index) {
        if (!chunks.knows(key)) {
            return;
        }
        if (Payload.matches(key, buffers.chunks().get(index).view())) {
            bytesVerified += buffers.chunks().get(index).length();
        } else {
            differ(task, "content", "the bytes of " + key, "other bytes");
        }
    }

    private void compare(JournalRecord.Submitted task, String what, Object recorded, Object replayed) {
        if (!recorded.equals(replayed)) {
            differ(task, what, recorded.toString(), replayed.toString());
        }
    }

    private void differ(JournalRecord.Submitted task, String what, String recorded, String replayed) {
        differenceCount++;
        if (differences.size() < options.maxDifferences()) {
            differences.add(new Difference(epoch, task.taskId(), task.kind(), what, recorded, replayed));
        }
    }
}
