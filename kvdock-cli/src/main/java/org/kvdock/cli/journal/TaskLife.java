package org.kvdock.cli.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.cli.ExitStatus;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.RecordJson;
import org.kvdock.journal.chronicle.read.RecordText;
import org.kvdock.journal.chronicle.read.TaskStory;

/** {@code kvdock journal state --task}: one task from its submission to its last lock. */
final class TaskLife {
    private TaskLife() {}

    /** @return {@link ExitStatus#FAILED} if no journal knows the task, or one is damaged */
    static int tell(List<JournalDirectory> journals, TaskArgument task, Path json) throws IOException {
        List<TaskStory> stories = new ArrayList<>();
        try (ReadingProgress progress = new ReadingProgress("read")) {
            for (JournalDirectory journal : journals) {
                stories.add(TaskStory.of(journal, task.epoch(), task.id(), progress));
            }
        }
        stories.forEach(story -> story.damages().forEach(damage -> System.err.println("damaged: " + damage)));
        boolean damaged = stories.stream().anyMatch(story -> !story.damages().isEmpty());
        stories.removeIf(story -> story.steps().isEmpty());
        if (!JsonFiles.isStandardOutput(json)) {
            stories.forEach(story -> print(System.out, story));
            if (stories.isEmpty()) {
                System.out.println("no record of task " + task.epoch() + "/" + task.id());
            }
        }
        if (json != null) {
            JsonFiles.write(json, out -> write(out, stories));
        }
        return stories.isEmpty() || damaged ? ExitStatus.FAILED : ExitStatus.RIGHT;
    }

    private static void print(PrintStream out, TaskStory story) {
        out.println(story.journal().name() + ", task " + story.epoch() + "/" + story.taskId());
        for (TaskStory.Step step : story.steps()) {
            out.printf("  %+,16.3f us  %s%n", step.gapMicros(), RecordText.line(step.record()));
        }
    }

    private static void write(JsonGenerator out, List<TaskStory> stories) throws IOException {
        out.writeStartObject();
        out.writeArrayFieldStart("journals");
        for (TaskStory story : stories) {
            out.writeStartObject();
            out.writeStringField("name", story.journal().name());
            out.writeNumberField("epoch", story.epoch());
            out.writeNumberField("task", story.taskId());
            out.writeArrayFieldStart("steps");
            for (TaskStory.Step step : story.steps()) {
                out.writeStartObject();
                out.writeNumberField("gap_us", step.gapMicros());
                out.writeStringField("file", step.at().file().toString());
                out.writeNumberField("position", step.at().offset());
                out.writeFieldName("record");
                out.writeRawValue(RecordJson.line(step.record()));
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
