package org.kvdock.eventfd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.event.EventFd;
import org.kvdock.l2.event.EventFdException;

class EventFdTest {

    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int EAGAIN = 11;

    @TempDir
    Path folder;

    @Test
    void isNonBlockingAndCloseOnExec() throws IOException {
        try (EventFd fd = EventFd.create()) {
            assertEquals("anon_inode:[eventfd]", OpenFiles.target(fd.fd()));
            assertEquals(O_NONBLOCK, OpenFiles.flags(fd.fd()) & O_NONBLOCK);
            assertEquals(O_CLOEXEC, OpenFiles.flags(fd.fd()) & O_CLOEXEC);
        }
    }

    @Test
    void readTakesTheSumAndNeverBlocks() {
        try (EventFd fd = EventFd.create()) {
            assertEquals(0, fd.read());
            fd.signal(1);
            fd.signal(41);
            assertEquals(42, fd.read());
            assertEquals(0, fd.read());
        }
    }

    @Test
    void refusesCountsBelowOne() {
        try (EventFd fd = EventFd.create()) {
            assertThrows(IllegalArgumentException.class, () -> fd.signal(0));
            assertThrows(IllegalArgumentException.class, () -> fd.signal(-1));
            assertEquals(0, fd.read());
        }
    }

    @Test
    void aFullCounterIsAnErrorAndNotAWait() {
        try (EventFd fd = EventFd.create()) {
            fd.signal(Long.MAX_VALUE);
            fd.signal(Long.MAX_VALUE);
            EventFdException full = assertThrows(EventFdException.class, () -> fd.signal(2));
            assertEquals(EAGAIN, full.errno());
            assertTrue(full.getMessage().contains("linux-"), full.getMessage());
            assertThrows(EventFdException.class, fd::read);
        }
    }

    @Test
    void counterIsExactAcrossThreads() throws Exception {
        int writers = 4;
        int rounds = 20_000;
        try (EventFd fd = EventFd.create()) {
            Thread[] threads = new Thread[writers];
            for (int i = 0; i < writers; i++) {
                int count = i + 1;
                threads[i] = new Thread(() -> {
                    for (int round = 0; round < rounds; round++) {
                        fd.signal(count);
                    }
                });
                threads[i].start();
            }
            long expected = (long) rounds * writers * (writers + 1) / 2;
            long read = 0;
            while (read < expected) {
                read += fd.read();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(expected, read + fd.read());
        }
    }

    @Test
    void closeGivesTheDescriptorBackOnce() throws IOException {
        long before = OpenFiles.events();
        EventFd fd = EventFd.create();
        EventFd other = EventFd.create();
        assertNotEquals(fd.fd(), other.fd());
        fd.close();
        fd.close();
        assertFalse(fd.isOpen());
        assertEquals(-1, fd.fd());
        assertTrue(other.isOpen());
        assertEquals(before + 1, OpenFiles.events());
        other.close();
        assertEquals(before, OpenFiles.events());
    }

    @Test
    void lateUseDoesNotTouchTheFileThatHasTheNumberNow() throws IOException {
        byte[] content = "0123456789abcdef".getBytes();
        EventFd fd = EventFd.create();
        int number = fd.fd();
        fd.close();
        try (FileChannel file = OpenFiles.reuse(number, folder, content)) {
            fd.signal(1);
            assertEquals(0, fd.read());
            fd.close();
            assertTrue(file.isOpen());
            assertEquals(0, file.position(), "a read would have moved it");
            assertEquals(content.length, file.size());
            assertArrayEquals(content, Files.readAllBytes(Path.of(OpenFiles.target(number))));
        }
    }

    @Test
    void closeRacesWithSignalsWithoutHarm() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventFd fd = EventFd.create();
            CountDownLatch signalling = new CountDownLatch(2);
            Thread[] threads = new Thread[2];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    do {
                        fd.signal(1);
                        signalling.countDown();
                    } while (fd.isOpen());
                    fd.signal(1);
                });
                threads[i].start();
            }
            signalling.await();
            fd.close();
            Path file = folder.resolve("round-" + round);
            try (FileChannel intruder = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                for (Thread thread : threads) {
                    thread.join();
                }
                assertEquals(0, intruder.size());
            }
        }
    }
}
