package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalCheck;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.TaskStory;
import org.kvdock.journal.chronicle.read.TimelineExport;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.TaskJournal;

class ToolsTest {
    @TempDir
    Path root;

    private final TestClock clock = new TestClock();

    private JournalDirectory journal() {
        return JournalDirectory.at(root.resolve("a"));
    }

    /** Two tasks side by side, one of which is abandoned. */
    private void write() {
        try (TaskJournal open = ChronicleJournals.with(JournalSettings.at(root), clock).open("a")) {
            JournalWriter writer = new JournalWriter(open, clock);
            Records.submit(writer, 0, TaskKind.LOOKUP, 2);
            clock.forward(Duration.ofMillis(3));
            Records.submit(writer, 1, TaskKind.LOOKUP, 2);
            clock.forward(Duration.ofMillis(4));
            Records.complete(writer, 0, TaskKind.LOOKUP, 2);
            clock.forward(Duration.ofMillis(5));
            writer.delivered(0);
            writer.unlocked(Keys.keys(500, 1), Bitmap.ones(1));
            clock.forward(Duration.ofMillis(1));
            writer.unlocked(Keys.keys(0, 2), Bitmap.ones(2));
        }
        try (TaskJournal open = ChronicleJournals.with(JournalSettings.at(root), clock).open("a")) {
            new JournalWriter(open, clock).epochEnd();
        }
    }

    @Test
    @DisplayName("a task's life is told in order, with the time between its steps")
    void story() throws Exception {
        write();
        TaskStory told = TaskStory.of(journal(), 0, 0, JournalFold.Progress.NONE);
        assertEquals(
                List.of(RecordType.SUBMITTED, RecordType.COMPLETED, RecordType.DELIVERED, RecordType.UNLOCKED),
                told.steps().stream().map(step -> step.record().type()).toList());
        assertEquals(List.of(0.0, 7000.0, 5000.0, 1000.0), told.steps().stream().map(TaskStory.Step::gapMicros).toList());
        TaskStory abandoned = TaskStory.of(journal(), 0, 1, JournalFold.Progress.NONE);
        assertEquals(
                List.of(RecordType.SUBMITTED, RecordType.ABANDONED),
                abandoned.steps().stream().map(step -> step.record().type()).toList());
        assertEquals(10_000.0, abandoned.steps().get(1).gapMicros());
        assertEquals(List.of(), TaskStory.of(journal(), 1, 0, JournalFold.Progress.NONE).steps());
    }

    @Test
    @DisplayName("verify compares checkpoints with the records, and finds one that says another thing")
    void verify() throws Exception {
        write();
        JournalCheck check = JournalCheck.of(journal(), JournalFold.Progress.NONE);
        assertTrue(check.isSound(), check.toString());
        assertEquals(2, check.checkpoints());
        assertEquals(2, check.files());
        assertTrue(check.bytes() > 0);
        // Whole in itself, under the name of a record that it is not of.
        Path newest = Checkpoint.files(journal()).get(0);
        Path older = Checkpoint.files(journal()).get(1);
        Checkpoint state = Checkpoint.read(journal(), older);
        state.state().apply(Records.read(journal().path()).get(1));
        Checkpoint wrong = new Checkpoint(
                state.state().nextSequence() - 1, state.at(), state.firstMicros(), state.lastMicros(), state.state());
        Files.delete(newest);
        Files.delete(older);
        wrong.write(journal());
        check = JournalCheck.of(journal(), JournalFold.Progress.NONE);
        assertFalse(check.isSound());
        assertTrue(check.damages().get(0).what().contains("not what the records"), check.toString());
    }

    @Test
    @DisplayName("the timeline holds each task as a slice, and the time until its result was fetched as another")
    void timeline() throws Exception {
        write();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineExport.Summary summary = TimelineExport.write(List.of(journal()), out, JournalFold.Progress.NONE);
        Trace trace = new Trace(out.toByteArray());
        assertEquals(summary.packets(), trace.packets);
        assertEquals(List.of("LOOKUP 7000", "LOOKUP not fetched 5000", "LOOKUP 10000"), trace.slices);
        assertTrue(trace.instants.containsAll(Set.of("EPOCH_START", "abandoned LOOKUP", "unlock", "EPOCH_END")));
        assertTrue(trace.tracks.containsAll(Set.of("a", "journal", "LOOKUP", "tasks in flight", "results not fetched")));
    }

    /** Reads back as much of the protobuf as the test needs; names in microseconds of their slices. */
    private static final class Trace {
        private static final int PACKET_TIMESTAMP = 8;
        private static final int PACKET_EVENT = 11;
        private static final int PACKET_TRACK = 60;

        private long packets;
        private final Set<String> tracks = new HashSet<>();
        private final Set<String> instants = new HashSet<>();
        private final List<String> slices = new ArrayList<>();
        private final Map<Long, Map.Entry<String, Long>> open = new HashMap<>();

        Trace(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                assertEquals(1 << 3 | 2, varint(in));
                Map<Long, Object> packet = message(take(in));
                packets++;
                if (packet.get((long) PACKET_TRACK) instanceof ByteBuffer track) {
                    tracks.add(text(message(track).get(2L)));
                }
                if (packet.get((long) PACKET_EVENT) instanceof ByteBuffer event) {
                    event(message(event), (Long) packet.get((long) PACKET_TIMESTAMP));
                }
            }
            assertEquals(Map.of(), open, "slices without an end");
        }

        private void event(Map<Long, Object> event, long nanos) {
            long track = (Long) event.get(11L);
            switch (((Long) event.get(9L)).intValue()) {
                case 1 -> assertEquals(null, open.put(track, Map.entry(text(event.get(23L)), nanos)), "one at a time");
                case 2 -> {
                    Map.Entry<String, Long> begun = open.remove(track);
                    slices.add(begun.getKey() + " " + (nanos - begun.getValue()) / 1000);
                }
                case 3 -> instants.add(text(event.get(23L)));
                default -> assertEquals(4L, event.get(9L));
            }
        }

        private static Map<Long, Object> message(ByteBuffer in) {
            Map<Long, Object> fields = new HashMap<>();
            while (in.hasRemaining()) {
                long tag = varint(in);
                fields.put(tag >>> 3, (tag & 7) == 0 ? (Object) varint(in) : take(in));
            }
            return fields;
        }

        private static ByteBuffer take(ByteBuffer in) {
            int length = (int) varint(in);
            ByteBuffer taken = in.slice(in.position(), length);
            in.position(in.position() + length);
            return taken;
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in.get();
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }

        private static String text(Object field) {
            return StandardCharsets.UTF_8.decode(((ByteBuffer) field).duplicate()).toString();
        }
    }
}
