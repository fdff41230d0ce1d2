package org.kvdock.cli.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.UsageException;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.RecordText;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.TaskState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvdock journal state}. */
@Command(
        name = "state",
        description = "The task state that the records add up to: open tasks, locks, keys.",
        mixinStandardHelpOptions = true)
final class StateCommand implements Callable<Integer> {
    @Mixin
    private JournalArgument argument;

    @Option(
            names = "--at",
            paramLabel = "N|TIME",
            description = "the state after the record of this number, or at this time as dump writes it")
    private String at;

    @Option(names = "--task", paramLabel = "EPOCH/ID", description = "instead: this task's whole life, step by step")
    private String task;

    @Option(names = "--keys", description = "list the stored keys too")
    private boolean keys;

    @Option(names = "--json", paramLabel = "FILE", description = "write the state; - for standard output")
    private Path json;

    @Override
    public Integer call() throws UsageException, IOException {
        JsonFiles.check(json);
        if (task != null) {
            if (at != null) {
                throw new UsageException("--at and --task: are mutually exclusive");
            }
            TaskArgument wanted = TaskArgument.parse("--task", task);
            return TaskLife.tell(argument.journals(), wanted, json);
        }
        List<JournalFold> folds = new ArrayList<>();
        JournalFold.Limit limit = limit();
        try (ReadingProgress progress = new ReadingProgress("read")) {
            for (JournalDirectory journal : argument.journals()) {
                folds.add(JournalFold.of(journal, limit, progress));
            }
        } catch (BadArgumentException e) {
            throw new UsageException("--" + e.getMessage());
        }
        if (!JsonFiles.isStandardOutput(json)) {
            folds.forEach(fold -> print(System.out, fold));
        }
        if (json != null) {
            JsonFiles.write(json, out -> write(out, folds));
        }
        return folds.stream().allMatch(fold -> fold.damageCount() == 0) ? ExitStatus.RIGHT : ExitStatus.FAILED;
    }

    private JournalFold.Limit limit() throws UsageException {
        if (at == null) {
            return JournalFold.Limit.NONE;
        }
        RecordFilter.Moment moment = RecordFilter.Moment.parse("--at", at);
        return moment.isRecord() ? JournalFold.Limit.record(moment.value()) : JournalFold.Limit.time(moment.value());
    }

    private void print(PrintStream out, JournalFold fold) {
        TaskState state = fold.state();
        out.println(fold.journal().name());
        out.printf("  epoch      %d, %s%n", state.epoch(), state.ended() ? "ended" : "not ended");
        out.printf("  open       %,d tasks%n", state.openTasks().size());
        state.openTasks().forEach((name, task) -> out.printf(
                "    %d/%d %s, %,d keys, since %s%n",
                name.epoch(), name.taskId(), task.kind(), task.keys().size(), RecordText.time(task.sinceMicros())));
        out.printf("  undelivered %,d results%n", state.snapshot().undelivered().size());
        out.printf("  locks      %,d%n", state.locksHeld());
        state.locks().forEach((key, count) -> out.printf("    %s %d%n", key, count));
        out.printf("  keys       %,d%n", state.keys().size());
        if (keys) {
            state.keys().forEach((key, stored) -> out.printf("    %s %,d bytes%n", key, stored.bytes()));
        }
        fold.damages().forEach(damage -> out.println("  damaged    " + damage));
    }

    private void write(JsonGenerator out, List<JournalFold> folds) throws IOException {
        out.writeStartObject();
        out.writeNumberField("open_tasks", folds.stream().mapToLong(fold -> fold.state().openTasks().size()).sum());
        out.writeNumberField("locks_held", folds.stream().mapToLong(fold -> fold.state().locksHeld()).sum());
        out.writeArrayFieldStart("journals");
        for (JournalFold fold : folds) {
            write(out, fold);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void write(JsonGenerator out, JournalFold fold) throws IOException {
        TaskState state = fold.state();
        out.writeStartObject();
        out.writeStringField("name", fold.journal().name());
        out.writeNumberField("epoch", state.epoch());
        out.writeBooleanField("ended", state.ended());
        out.writeArrayFieldStart("open_tasks");
        for (Map.Entry<TaskState.TaskName, TaskState.OpenTask> open : state.openTasks().entrySet()) {
            out.writeStartObject();
            out.writeNumberField("epoch", open.getKey().epoch());
            out.writeNumberField("task", open.getKey().taskId());
            out.writeStringField("kind", open.getValue().kind().name());
            out.writeNumberField("keys", open.getValue().keys().size());
            out.writeNumberField("bytes", open.getValue().bytes());
            out.writeStringField("since", RecordText.time(open.getValue().sinceMicros()));
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("undelivered", state.snapshot().undelivered().size());
        out.writeObjectFieldStart("locks");
        for (Map.Entry<ObjectKey, Long> lock : state.locks().entrySet()) {
            out.writeNumberField(lock.getKey().toString(), lock.getValue());
        }
        out.writeEndObject();
        out.writeNumberField("keys_stored", state.keys().size());
        if (keys) {
            out.writeObjectFieldStart("keys");
            for (Map.Entry<ObjectKey, TaskState.StoredKey> stored : state.keys().entrySet()) {
                out.writeNumberField(stored.getKey().toString(), stored.getValue().bytes());
            }
            out.writeEndObject();
        }
        out.writeNumberField("damages", fold.damageCount());
        out.writeEndObject();
    }
}
