package org.kvdock.journal.chronicle.replay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * depend on something has it, and what ran side by side does so again. Where two tasks ran side by side on one key and
 * one of them stored it, either may come first: what they say of that key is not compared. Each recorded epoch gets an
 * adapter of its own. One thread drives it all.
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
    private final Map<ObjectKey, List<Running>> runningByKey = new HashMap<>();
    // By the id that the adapter gave.
    private final Map<TaskKind, Map<Long, Running>> byNewId = new EnumMap<>(TaskKind.class);
    // Keys that no recorded task brought and that are there now.
    private final Set<ObjectKey> arrived = new HashSet<>();
    private final Comparison comparison;
    private long submitted;
    private long unrecorded;
    private long arrivals;

    private L2Adapter adapter;
    private EventPoller poller;
    private long epoch;
    private long epochNanos;
    private long startNanos;

    private JournalReplay(
            JournalDirectory journal,
            LongFunction<L2Adapter> adapters,
            ReplayOptions options,
            JournalFold.Progress progress) {
        this.journal = journal;
        this.adapters = adapters;
        this.options = options;
        this.progress = progress;
        this.comparison = new Comparison(options);
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
            return comparison.report(
                    records, submitted, arrivals, unrecorded, reader.damageCount(), System.nanoTime() - begun);
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
        arrived.clear();
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
                comparison.compare(task, again, chunks);
                forget(again);
            }
        } else if (record instanceof JournalRecord.Unlocked unlock) {
            adapter.submitUnlock(unlock.keys());
        } else if (record instanceof JournalRecord.KeyPublished published) {
            arrive(published);
        } else if (record instanceof JournalRecord.KeyRemoved removed) {
            remove(removed);
        }
    }

    /** What was evicted is this adapter's own affair, but its length is not asked for again: all keys that ever were are many. */
    private void remove(JournalRecord.KeyRemoved removed) {
        ObjectKey key = removed.key();
        boolean deleted = arrived.remove(key) || removed.reason() == RemovalReason.DELETED;
        if (deleted) {
            noteRaces(key);
            adapter.delete(List.of(key));
        }
        if (deleted || !isBeingStored(key)) {
            chunks.forget(key);
        }
    }

    private boolean isBeingStored(ObjectKey key) {
        return runningByKey.getOrDefault(key, List.of()).stream().anyMatch(one -> one.task.kind() == TaskKind.STORE);
    }

    /** A key that no recorded store brought came from a peer, or had survived: it is stored here, so that it is there. */
    private void arrive(JournalRecord.KeyPublished published) {
        ObjectKey key = published.key();
        if (isBeingStored(key)) {
            return;
        }
        noteRaces(key);
        JournalRecord.Submitted store = new JournalRecord.Submitted(
                published.header(), -1, TaskKind.STORE, List.of(key), published.bytes(), Optional.empty());
        Running arrival = new Running(store, chunks.forStore(store.keys(), store.bytes()));
        Optional<L2Exception> refused = submit(arrival);
        if (refused.isPresent()) {
            comparison.differ(store, "arrival", key + " came", "refused: " + refused.get().getMessage());
            return;
        }
        await(arrival);
        if (arrival.result != null) {
            chunks.giveBack(arrival.buffers);
        }
        if (arrival.result == null || !arrival.result.success()) {
            comparison.differ(store, "arrival", key + " came", "it could not be stored");
        }
        arrived.add(key);
        arrivals++;
    }

    private void submit(JournalRecord.Submitted task) {
        Running again = new Running(task, switch (task.kind()) {
            case STORE -> chunks.forStore(task.keys(), task.bytes());
            case LOAD -> chunks.forLoad(task.keys(), task.bytes());
            case LOOKUP -> Chunks.Held.NONE;
        });
        submit(again).ifPresentOrElse(
                why -> comparison.differ(task, "submit", "accepted", "refused: " + why.getMessage()),
                () -> {
                    running.put(task.taskId(), again);
                    noteRaces(again);
                    submitted++;
                });
    }

    /** @return why the adapter does not take it; empty if it has */
    private Optional<L2Exception> submit(Running one) {
        long end = System.nanoTime() + options.patience().toNanos();
        for (; ; ) {
            try {
                byNewId.get(one.task.kind()).put(submitted(one.task, one.buffers), one);
                return Optional.empty();
            } catch (L2Exception e) {
                // An adapter with a lower bound than the recorded one: what is in flight must end first.
                if (!(e instanceof BackPressureException) || System.nanoTime() - end > 0) {
                    chunks.giveBack(one.buffers);
                    return Optional.of(e);
                }
                poller.poll(LOOK);
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

    private void noteRaces(Running one) {
        List<ObjectKey> keys = one.task.keys();
        for (int i = 0; i < keys.size(); i++) {
            List<Running> others = runningByKey.computeIfAbsent(keys.get(i), key -> new ArrayList<>(1));
            for (Running other : others) {
                if (one.task.kind() == TaskKind.STORE || other.task.kind() == TaskKind.STORE) {
                    one.raced.set(i);
                    other.raced.set(other.task.keys().indexOf(keys.get(i)));
                }
            }
            others.add(one);
        }
    }

    /** A key comes or goes while tasks are at it. */
    private void noteRaces(ObjectKey key) {
        for (Running one : runningByKey.getOrDefault(key, List.of())) {
            one.raced.set(one.task.keys().indexOf(key));
        }
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
        for (ObjectKey key : one.task.keys()) {
            runningByKey.computeIfPresent(key, (k, others) -> {
                others.remove(one);
                return others.isEmpty() ? null : others;
            });
        }
        // The buffers of a task that has not ended are still the adapter's (R7): they are left to it.
        if (one.result != null) {
            chunks.giveBack(one.buffers);
        }
    }
}
