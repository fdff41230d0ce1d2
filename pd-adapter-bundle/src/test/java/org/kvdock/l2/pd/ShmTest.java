package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

class ShmTest {
    private static final int CHUNK = 10_000;

    @TempDir
    private Path temporary;

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(path -> path.getFileName().toString().startsWith("segment-")).toList();
        }
    }

    private static void write(Path file, byte[] pattern, int flip) throws IOException {
        byte[] all = Files.readAllBytes(file);
        for (int at = 0; at <= all.length - pattern.length; at++) {
            if (java.util.Arrays.equals(all, at, at + pattern.length, pattern, 0, pattern.length)) {
                try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
                    random.seek(at);
                    random.write(pattern[0] ^ flip);
                }
                return;
            }
        }
        throw new AssertionError("the chunk is not in " + file);
    }

    @Test
    @DisplayName("R10: a chunk that is changed in shared memory after its commit is not loaded, and goes; the others are")
    void changedAfterTheCommit() throws IOException {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory);
                L2Adapter sender = Pd.sender(receiver, "transfer_channel", "shm");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            List<ObjectKey> keys = Chunks.keys("k", 3);
            assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
            write(files(directory).get(0), Chunks.content(keys.get(1), CHUNK), 1);
            assertTrue(decode.lookup(keys).bitmap().all());
            var into = Chunks.empty(3, CHUNK);
            assertEquals("101", decode.load(keys, into).bitmap().toString());
            assertArrayEquals(Chunks.content(keys.get(2), CHUNK), Chunks.bytes(into.get(2)));
            assertEquals(ErrorCode.CHECKSUM, receiver.status().lastError().orElseThrow().code());
            receiver.submitUnlock(keys);
            assertEquals(0, receiver.usage().objects());
            // Sent again, it is whole.
            assertEquals("111", prefill.store(keys, Chunks.buffers(keys, CHUNK)).moved().toString());
        }
    }

    @Test
    @DisplayName("segments are files of mode 0600 in a directory of mode 0700, one sender never gets another's, and close removes them")
    void files() throws IOException {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory)) {
            for (int s = 1; s <= 2; s++) {
                List<ObjectKey> keys = Chunks.keys("k" + s, 1);
                try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender)) {
                    prefill.store(keys, Chunks.buffers(keys, CHUNK));
                    assertEquals("shm", sender.status().details().get("channel"));
                }
                assertEquals(s, files(directory).size(), "each sender has a segment of its own");
            }
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
            for (Path file : files(directory)) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        assertFalse(Files.exists(directory));
    }

    private static long mappings(Path directory) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains(directory + "/segment-")).count();
        }
    }

    @Test
    @DisplayName("a sender that is closed maps nothing any more: memory of a segment goes with its receiver, whenever the collector comes by")
    void unmapsOnClose() throws IOException {
        Path directory = temporary.toRealPath().resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory)) {
            List<ObjectKey> keys = Chunks.keys("k", 1);
            try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender)) {
                assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
                assertEquals("shm", sender.status().details().get("channel"));
                assertEquals(2, mappings(directory), "the receiver's and the sender's");
            }
            assertEquals(1, mappings(directory), "the receiver's");
        }
    }

    @Test
    @DisplayName("a sender that cannot map the receiver's segments falls back to tcp under auto")
    void fallsBack() throws IOException {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory);
                L2Adapter sender = Pd.sender(receiver);
                Caller prefill = new Caller(sender)) {
            List<ObjectKey> first = Chunks.keys("first", 1);
            assertTrue(prefill.store(first, Chunks.buffers(first, CHUNK)).success());
            assertEquals("shm", sender.status().details().get("channel"));
            // The next segment will be one that the sender must not touch.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
            List<ObjectKey> keys = Chunks.keys("k", 1);
            try (L2Adapter other = Pd.sender(receiver); Caller second = new Caller(other)) {
                Thread guard = new Thread(() -> {
                    try {
                        while (files(directory).size() < 2) {
                            Thread.onSpinWait();
                        }
                        for (Path file : files(directory)) {
                            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                guard.start();
                assertTrue(second.store(keys, Chunks.buffers(keys, CHUNK)).success());
            }
        }
    }

    @Test
    @DisplayName("a staging directory that is another receiver's or not absolute is refused with one line")
    void badDirectory() {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory)) {
            String message = assertThrows(
                            BadConfigurationException.class,
                            () -> Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory))
                    .getMessage();
            assertTrue(message.startsWith("staging_dir: ") && message.contains("in use"), message);
            assertTrue(receiver.status().healthy());
        }
        assertThrows(BadConfigurationException.class, () -> Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", "here"));
    }

    @Test
    @DisplayName("R13: where no segment can be made, whoever waited for room is told why, and not that staging is full")
    void noSegment() throws IOException {
        Path directory = temporary.resolve("staging");
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "staging_dir", directory);
                L2Adapter sender = Pd.sender(receiver, "transfer_channel", "shm", "store_timeout_ms", 2500);
                Caller prefill = new Caller(sender)) {
            Files.delete(directory.resolve("lock"));
            Files.delete(directory);
            List<ObjectKey> keys = Chunks.keys("k", 2);
            TaskResult result = prefill.store(keys, Chunks.buffers(keys, CHUNK));
            assertEquals(ErrorCode.NO_ROOM, result.error(), result.toString());
            assertTrue(result.errorText().contains("no segment can be made"), result.errorText());
        }
    }
}
