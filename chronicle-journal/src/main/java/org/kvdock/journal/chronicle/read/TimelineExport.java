package org.kvdock.journal.chronicle.read;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.TaskState;

/**
 * Writes journals as a timeline that Perfetto opens (ui.perfetto.dev, or its trace processor): a native trace of track
 * events. Each adapter is a process with one track for each kind of task; a task is a slice from its submission to its
 * completion, and a second slice until its result is fetched. Epochs, abandoned tasks and unlocks are instants; tasks in
 * flight and results not fetched are counters. Memory grows with what is open, not with how many records there are.
 */
public final class TimelineExport {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String UNFETCHED = " not fetched";

    /**
     * @param records records that were read
     * @param packets packets that were written
     * @param damageCount how many damages there were; what stands between them is in the timeline
     */
    public record Summary(long records, long packets, long damageCount) {}

    private final PerfettoWriter out;
    private final JournalFold.Progress progress;
    private long records;
    private long damageCount;
    private long nextUuid = 1;

    private TimelineExport(PerfettoWriter out, JournalFold.Progress progress) {
        this.out = out;
        this.progress = progress;
    }

    /**
     * @param journals journals of hosts whose wall clocks agree
     * @param to receives the trace; flushed, not closed
     * @param progress is told how far it has come
     * @return what was written
     * @throws IOException if a journal cannot be read or the trace not be written
     */
    public static Summary write(List<JournalDirectory> journals, OutputStream to, JournalFold.Progress progress)
            throws IOException {
        OutputStream buffered = new BufferedOutputStream(to, BUFFER_BYTES);
        PerfettoWriter out = new PerfettoWriter(buffered);
        TimelineExport export = new TimelineExport(out, progress);
        for (int i = 0; i < journals.size(); i++) {
            export.journal(journals.get(i), i + 1);
        }
        buffered.flush();
        return new Summary(export.records, out.packets(), export.damageCount);
    }

    private void journal(JournalDirectory journal, int number) throws IOException {
        try (JournalReader reader = JournalReader.open(journal)) {
            Adapter adapter = new Adapter(journal.name(), number);
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                adapter.record(record);
                if (++records % JournalFold.PROGRESS_EVERY == 0) {
                    progress.at(records, reader.filesRead(), reader.files().size());
                }
            }
            damageCount += reader.damageCount();
        }
    }

    /** Where one task's slices stand. */
    private record Lane(TaskKind kind, int index, long uuid) {}

    /** One adapter's process and tracks. */
    private final class Adapter {
        private final long process = nextUuid++;
        private final long events = nextUuid++;
        private final long inFlight = nextUuid++;
        private final long unfetched = nextUuid++;
        private final Map<TaskState.TaskName, Lane> open = new HashMap<>();
        private final Map<TaskState.TaskName, Lane> done = new HashMap<>();
        // Slices that overlap need tracks of their own; those of one name are shown as one track of several rows.
        private final Map<TaskKind, PriorityQueue<Lane>> free = new HashMap<>();
        private final Map<TaskKind, Integer> lanes = new HashMap<>();
        private long epoch = Long.MIN_VALUE;
        private long baseNanos;
        private long lastNanos;

        Adapter(String name, int number) throws IOException {
            out.process(process, number, name);
            out.track(events, process, "journal");
            out.counterTrack(inFlight, process, "tasks in flight");
            out.counterTrack(unfetched, process, "results not fetched");
        }

        void record(JournalRecord record) throws IOException {
            long at = nanos(record);
            if (record instanceof JournalRecord.Submitted task) {
                submitted(task, at);
            } else if (record instanceof JournalRecord.Completed task) {
                completed(task, at);
            } else if (record instanceof JournalRecord.Delivered delivery) {
                delivered(delivery, at);
            } else if (record instanceof JournalRecord.Abandoned task) {
                out.instant(events, "abandoned " + task.kind())
                        .with("epoch", task.taskEpoch())
                        .with("task", task.taskId())
                        .at(at);
            } else if (record instanceof JournalRecord.Unlocked unlock) {
                out.instant(events, "unlock").with("keys", unlock.effective().count()).at(at);
            } else if (record instanceof JournalRecord.EpochReady || record instanceof JournalRecord.EpochEnd) {
                out.instant(events, record.type().name()).with("epoch", record.header().epoch()).at(at);
            }
        }

        /** The epoch's monotonic clock, put on the wall clock at the epoch's first record. */
        private long nanos(JournalRecord record) throws IOException {
            if (record.header().epoch() != epoch) {
                cutOff();
                epoch = record.header().epoch();
                baseNanos = record.header().wallMicros() * 1000 - record.header().monoNanos();
                out.clocks(record.header().wallMicros() * 1000);
                out.instant(events, "EPOCH_START").with("epoch", epoch).at(record.header().wallMicros() * 1000);
            }
            lastNanos = baseNanos + record.header().monoNanos();
            return lastNanos;
        }

        // What a dead process had open ends where its records end.
        private void cutOff() throws IOException {
            for (Map<TaskState.TaskName, Lane> each : List.of(open, done)) {
                for (Lane lane : each.values()) {
                    out.end(lane.uuid()).with("cut_off", 1).at(lastNanos);
                    release(lane);
                }
                each.clear();
            }
            if (epoch != Long.MIN_VALUE) {
                out.counter(inFlight, 0).at(lastNanos);
                out.counter(unfetched, 0).at(lastNanos);
            }
        }

        private void submitted(JournalRecord.Submitted task, long at) throws IOException {
            Lane lane = take(task.kind());
            open.put(new TaskState.TaskName(epoch, task.taskId()), lane);
            out.begin(lane.uuid(), task.kind().name())
                    .with("task", task.taskId())
                    .with("epoch", epoch)
                    .with("keys", task.keys().size())
                    .with("bytes", task.bytes());
            if (!task.keys().isEmpty()) {
                out.with("first_key", task.keys().get(0).toString());
            }
            if (task.context().isPresent()) {
                out.with("request", task.context().get().requestId());
            }
            out.at(at);
            out.counter(inFlight, open.size()).at(at);
        }

        private void completed(JournalRecord.Completed task, long at) throws IOException {
            TaskState.TaskName name = new TaskState.TaskName(epoch, task.taskId());
            Lane lane = open.remove(name);
            if (lane == null) {
                return;
            }
            out.end(lane.uuid())
                    .with("outcome", task.outcome().name())
                    .with("done", task.bitmap().count())
                    .with("bytes_moved", task.bytesMoved());
            if (task.error() != ErrorCode.NONE) {
                out.with("error", task.error().name()).with("error_text", task.errorText());
            }
            out.at(at);
            done.put(name, lane);
            out.begin(lane.uuid(), task.kind().name() + UNFETCHED)
                    .with("task", task.taskId())
                    .with("outcome", task.outcome().name())
                    .at(at);
            out.counter(inFlight, open.size()).at(at);
            out.counter(unfetched, done.size()).at(at);
        }

        private void delivered(JournalRecord.Delivered delivery, long at) throws IOException {
            for (long id : delivery.taskIds()) {
                Lane lane = done.remove(new TaskState.TaskName(epoch, id));
                if (lane != null) {
                    out.end(lane.uuid()).at(at);
                    release(lane);
                }
            }
            out.counter(unfetched, done.size()).at(at);
        }

        private Lane take(TaskKind kind) throws IOException {
            Lane lane = free.computeIfAbsent(kind, k -> new PriorityQueue<>((a, b) -> a.index() - b.index())).poll();
            if (lane == null) {
                lane = new Lane(kind, lanes.merge(kind, 1, Integer::sum), nextUuid++);
                out.track(lane.uuid(), process, kind.name());
            }
            return lane;
        }

        private void release(Lane lane) {
            free.get(lane.kind()).add(lane);
        }
    }
}
