package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.Checkpoint;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;
import org.kvdock.l2.journal.TimeSource;

/** Errors and interrupts where nobody expects them: the books stay right, and nobody waits for ever. */
class UnexpectedTest {
    private static final long SECONDS = 20;

    @TempDir
    Path root;

    /** Throws once, after an append or instead of a sync. */
    private static final class Erratic implements Disk {
        private volatile Runnable afterAppend = () -> {};
        private volatile Runnable beforeForce = () -> {};

        @Override
        public void append(Part part, ByteBuffer record) {
            Disk.super.append(part, record);
            once(afterAppend, () -> afterAppend = () -> {});
        }

        @Override
        public void force(Path file, FileChannel channel) throws IOException {
            once(beforeForce, () -> beforeForce = () -> {});
            Disk.super.force(file, channel);
        }

        private static void once(Runnable what, Runnable disarm) {
            disarm.run();
            what.run();
        }
    }

    private static void noMemory() {
        // Not an OutOfMemoryError: the test's own JVM would take it for its end.
        throw new Error("made to be: Direct buffer memory");
    }

    private TaskJournal open(Durability durability, Disk disk) {
        return ChronicleJournals.with(JournalSettings.at(root).with(durability), TimeSource.SYSTEM, disk).open("a");
    }

    @Test
    @DisplayName("R16: where memory runs out in an append that got as far as the file, the record is not there, and its number comes once")
    void errorInAppend() throws Exception {
        Erratic disk = new Erratic();
        Throwable thrown;
        try (TaskJournal journal = open(Durability.PROCESS, disk)) {
            JournalWriter writer = Records.writer(journal);
            Records.submit(writer, 0, TaskKind.STORE, 1);
            disk.afterAppend = UnexpectedTest::noMemory;
            thrown = assertThrows(Throwable.class, () -> Records.submit(writer, 1, TaskKind.STORE, 1));
            Await.until("takes records again", () -> {
                try {
                    Records.submit(writer, 2, TaskKind.STORE, 1);
                    return true;
                } catch (JournalUnavailableException e) {
                    return false;
                }
            });
        }
        TaskState state = Records.fold(root.resolve("a"));
        assertEquals(2, state.counters().submitted());
        assertEquals(0, state.gaps());
        assertTrue(state.openTasks().keySet().stream().noneMatch(task -> task.taskId() == 1), state.openTasks().toString());
        assertInstanceOf(JournalUnavailableException.class, thrown);
    }

    @Test
    @DisplayName("R3: where memory runs out in a sync, whoever waits for it is told, and who comes later too")
    void errorInSync() throws Exception {
        Erratic disk = new Erratic();
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        try (TaskJournal journal = open(Durability.RECORD, disk)) {
            JournalWriter writer = Records.writer(journal);
            disk.beforeForce = UnexpectedTest::noMemory;
            journal.whenDurable(writer.delivered(0), told::add);
            assertEquals(Boolean.FALSE, told.poll(SECONDS, TimeUnit.SECONDS));
            long[] position = new long[1];
            Await.until("takes records again", () -> {
                try {
                    position[0] = writer.delivered(1);
                    return true;
                } catch (JournalUnavailableException e) {
                    return false;
                }
            });
            journal.whenDurable(position[0], told::add);
            assertEquals(Boolean.TRUE, told.poll(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("R3: an action that interrupts the thread that syncs costs the next one nothing")
    void interruptInAction() throws Exception {
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        try (TaskJournal journal = open(Durability.RECORD, Disk.REAL)) {
            JournalWriter writer = Records.writer(journal);
            journal.whenDurable(writer.delivered(0), durable -> {
                long next = writer.delivered(1);
                Thread.currentThread().interrupt();
                journal.whenDurable(next, told::add);
            });
            assertEquals(Boolean.TRUE, told.poll(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("R16: an interrupted thread appends like any other, also where the next stretch of the file is mapped")
    void interruptedAppends() throws Exception {
        int records = 40;
        try (TaskJournal journal = open(Durability.PROCESS, Disk.REAL)) {
            JournalWriter writer = Records.writer(journal);
            Thread.currentThread().interrupt();
            try {
                for (int task = 0; task < records; task++) {
                    // About 2 MiB each; a stretch is 64 MiB.
                    writer.submitted(task, TaskKind.LOAD, Keys.keys(0, 40_000), 0, Optional.empty());
                }
            } finally {
                assertTrue(Thread.interrupted(), "the interrupt is the caller's");
            }
            writer.delivered(0);
        }
        assertEquals(records, Records.fold(root.resolve("a")).counters().submitted());
    }

    @Test
    @DisplayName("R16: a checkpoint knows nothing of an append that reached the file and failed all the same")
    void failedAppendIsNotFolded() throws Exception {
        Erratic disk = new Erratic();
        JournalDirectory directory = JournalDirectory.at(root.resolve("a"));
        JournalSettings settings = JournalSettings.at(root);
        PartChain chain = new PartChain("a", directory, 0, 0, settings, TimeSource.SYSTEM, disk);
        Path first = chain.goOn();
        try (BareJournal journal = new BareJournal(chain)) {
            JournalWriter writer = Records.writer(journal);
            Checkpointer checkpointer = new Checkpointer(
                    directory, chain, JournalFold.fromCheckpoint(JournalDirectory.at(root.resolve("none"))), first, writer,
                    settings);
            Records.submit(writer, 0, TaskKind.STORE, 1);
            disk.afterAppend = () -> {
                fold(checkpointer);
                throw new InternalError("made to be: after the record was there");
            };
            assertThrows(JournalUnavailableException.class, () -> Records.submit(writer, 1, TaskKind.STORE, 1));
            chain.goOn();
            Records.submit(writer, 2, TaskKind.STORE, 1);
            fold(checkpointer);
            checkpointer.write();
            checkpointer.close();
        }
        Checkpoint checkpoint = Checkpoint.read(directory, Checkpoint.files(directory).get(0));
        JournalFold fold = JournalFold.of(
                directory, JournalFold.Limit.record(checkpoint.upTo()), JournalFold.Progress.NONE);
        assertEquals(0, fold.damageCount());
        assertEquals(fold.state().openTasks(), checkpoint.state().openTasks());
        assertEquals(0, checkpoint.state().gaps());
    }

    private static void fold(Checkpointer checkpointer) {
        try {
            while (checkpointer.fold(1000)) {
                // until there is nothing more
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
