package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** What each mode promises about power loss, and that nobody but the sync thread waits for it. */
class DurabilityTest {
    private static final long SECONDS = 60;

    @TempDir
    Path root;

    /** A disk whose syncs wait to be let through. */
    private static final class SlowDisk implements Disk {
        private final Semaphore begun = new Semaphore(0);
        private final Semaphore let = new Semaphore(0);
        private final AtomicInteger forces = new AtomicInteger();

        @Override
        public void force(Path file, FileChannel channel) throws IOException {
            begun.release();
            try {
                if (!let.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("nobody let this sync through");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Disk.REAL.force(file, channel);
            forces.incrementAndGet();
        }

        private void awaitBegun() throws InterruptedException {
            assertTrue(begun.tryAcquire(SECONDS, TimeUnit.SECONDS), "no sync was begun");
        }
    }

    private JournalSettings settings(Durability durability) {
        return JournalSettings.at(root).with(durability);
    }

    @Test
    @DisplayName("record: told after the sync that covers it; who come during a sync share the next; appends never wait")
    void grouped() throws Exception {
        SlowDisk disk = new SlowDisk();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (TaskJournal journal =
                ChronicleJournals.with(settings(Durability.RECORD), TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            journal.whenDurable(writer.delivered(0), durable -> told.add("0 " + durable));
            disk.awaitBegun();
            // A sync is under way and does not end: whoever appends now comes back at once.
            for (int i = 1; i <= 100; i++) {
                String name = i + " ";
                journal.whenDurable(writer.delivered(i), durable -> told.add(name + durable));
            }
            assertEquals(0, told.size());
            disk.let.release();
            assertEquals("0 true", told.poll(SECONDS, TimeUnit.SECONDS));
            disk.awaitBegun();
            assertEquals(0, told.size());
            disk.let.release();
            for (int i = 1; i <= 100; i++) {
                assertEquals(i + " true", told.poll(SECONDS, TimeUnit.SECONDS));
            }
            assertEquals(2, disk.forces.get());
            disk.let.release(1000);
        }
        assertEquals(0, told.size());
    }

    @Test
    @DisplayName("record: a sync that fails is told, once, and the next part keeps the promise again")
    void failed() throws Exception {
        FailingDisk disk = new FailingDisk();
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        long position;
        try (TaskJournal journal =
                ChronicleJournals.with(settings(Durability.RECORD), TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            journal.whenDurable(writer.delivered(0), told::add);
            assertEquals(Boolean.TRUE, told.poll(SECONDS, TimeUnit.SECONDS));
            disk.failAfter(FailingDisk.Call.FORCE, 0);
            position = writer.delivered(1);
            journal.whenDurable(position, told::add);
            assertEquals(Boolean.FALSE, told.poll(SECONDS, TimeUnit.SECONDS));
            disk.repair();
            List<Long> kept = new ArrayList<>();
            Await.until("takes records again", () -> {
                try {
                    kept.add(writer.delivered(2));
                    return true;
                } catch (org.kvdock.l2.JournalUnavailableException e) {
                    return false;
                }
            });
            journal.whenDurable(kept.get(0), told::add);
            assertEquals(Boolean.TRUE, told.poll(SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(0, told.size());
        assertEquals(3, Records.fold(root.resolve("a")).counters().delivered());
    }

    /** A disk that breaks a part down at the moment when the keeper has synced it, right after it was begun. */
    private static final class BreaksAfterRoll implements Disk {
        private volatile Path newest;
        private volatile Path broken;
        private volatile boolean fails;
        private volatile boolean syncedAgain;
        private volatile Runnable then;
        private final CountDownLatch done = new CountDownLatch(1);

        @Override
        public Part create(Path directory, long wallMillis) throws IOException {
            Part made = Disk.super.create(directory, wallMillis);
            newest = made.file();
            return made;
        }

        @Override
        public void append(Part part, ByteBuffer record) {
            if (fails) {
                fails = false;
                throw new InternalError("made to fail: append");
            }
            Disk.super.append(part, record);
        }

        @Override
        public void force(Path file, FileChannel channel) throws IOException {
            Disk.super.force(file, channel);
            syncedAgain |= file.equals(broken);
            Runnable once = then;
            if (once != null && file.equals(newest) && Thread.currentThread().getName().startsWith("kvdock-journal-")) {
                then = null;
                once.run();
                broken = file;
                done.countDown();
            }
        }
    }

    @Test
    @DisplayName("record: a part that breaks while the one before it is put away is synced before it is closed")
    void brokenWhileRolling() throws Exception {
        BreaksAfterRoll disk = new BreaksAfterRoll();
        // Rolls whenever somebody looks.
        JournalSettings settings = settings(Durability.RECORD).withRoll(Duration.ofHours(1), 1);
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        AtomicLong last = new AtomicLong();
        try (TaskJournal journal = ChronicleJournals.with(settings, TimeSource.SYSTEM, disk).open("a")) {
            JournalWriter writer = Records.writer(journal);
            disk.then = () -> {
                last.set(writer.delivered(1));
                disk.fails = true;
                assertThrows(JournalUnavailableException.class, () -> writer.delivered(2));
            };
            assertTrue(disk.done.await(SECONDS, TimeUnit.SECONDS), "the keeper synced no new part");
            Await.until("takes records again", () -> {
                try {
                    writer.delivered(3);
                    return true;
                } catch (JournalUnavailableException e) {
                    return false;
                }
            });
            journal.whenDurable(last.get(), told::add);
            assertEquals(Boolean.TRUE, told.poll(SECONDS, TimeUnit.SECONDS));
            assertTrue(disk.syncedAgain, "told as durable, and its file was not synced since it was written");
        }
    }

    @Test
    @DisplayName("record: closing syncs what waits and tells it; after it nothing waits for ever")
    void closing() throws Exception {
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        TaskJournal journal = ChronicleJournals.with(settings(Durability.RECORD)).open("a");
        int records = 1000;
        JournalWriter writer = Records.writer(journal);
        for (int i = 0; i < records; i++) {
            journal.whenDurable(writer.delivered(i), told::add);
        }
        journal.close();
        assertEquals(records, told.size());
        assertFalse(told.contains(Boolean.FALSE));
        journal.whenDurable(0, told::add);
        assertEquals(records + 1, told.size());
    }

    @Test
    @DisplayName("record: an interrupted thread that closes waits for the disk like any other, and stays interrupted")
    void interruptedCloser() throws Exception {
        SlowDisk disk = new SlowDisk();
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        TaskJournal journal = ChronicleJournals.with(settings(Durability.RECORD), TimeSource.SYSTEM, disk).open("a");
        journal.whenDurable(Records.writer(journal).delivered(0), told::add);
        disk.awaitBegun();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            journal.close();
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        while (closer.isAlive() && closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        disk.let.release(1000);
        closer.join();
        assertEquals(List.of(true), List.copyOf(told));
        assertTrue(stillInterrupted.get());
    }

    @Test
    @DisplayName("interval: told at once, and on disk by the clock")
    void interval() throws Exception {
        SlowDisk disk = new SlowDisk();
        JournalSettings settings = settings(Durability.INTERVAL);
        try (TaskJournal journal = ChronicleJournals.with(settings, TimeSource.SYSTEM, disk).open("a")) {
            disk.let.release(1000);
            JournalWriter writer = Records.writer(journal);
            for (int round = 0; round < 3; round++) {
                int before = disk.forces.get();
                List<Boolean> told = new ArrayList<>();
                journal.whenDurable(writer.delivered(round), told::add);
                assertEquals(List.of(true), told);
                Await.until("synced", () -> disk.forces.get() > before);
            }
        }
        assertEquals(Duration.ofMillis(100), settings.interval());
    }

    @Test
    @DisplayName("process: told at once, and the disk is not asked")
    void process() throws Exception {
        SlowDisk disk = new SlowDisk();
        try (TaskJournal journal =
                ChronicleJournals.with(settings(Durability.PROCESS), TimeSource.SYSTEM, disk).open("a")) {
            List<Boolean> told = new ArrayList<>();
            journal.whenDurable(Records.writer(journal).delivered(0), told::add);
            assertEquals(List.of(true), told);
        }
        assertEquals(0, disk.begun.availablePermits());
    }
}
