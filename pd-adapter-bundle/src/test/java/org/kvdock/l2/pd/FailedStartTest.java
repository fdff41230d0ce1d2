package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A receiver that cannot start costs nothing of what an earlier process of it had committed. */
class FailedStartTest {
    private static final int CHUNK = 5000;

    @TempDir
    Path temporary;

    private final MemoryJournals journals = new MemoryJournals();

    private L2Adapter receiver(Path staging, int initPort, int allocPort) {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "peer_init_port", "[" + initPort + "]", "peer_alloc_port", "[" + allocPort + "]",
                "buffer_size", 1 << 20, "staging_dir", staging.toString());
        return new PdAdapterFactory().create("receiver", config, journals, new HoldingsRef());
    }

    // What a process that is killed now would leave.
    private static Path copyOf(Path staging, Path to) throws IOException {
        Files.createDirectory(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(staging, "segment-*")) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    @Test
    @DisplayName("case 48: chunks in a staging directory outlive starts that fail, at either port")
    void keepsStaging() throws IOException {
        List<ObjectKey> keys = Chunks.keys("k", 3);
        try (L2Adapter running = receiver(temporary.resolve("running"), 0, 0)) {
            try (L2Adapter sender = Pd.sender(running); Caller prefill = new Caller(sender)) {
                assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
            }
            Path left = copyOf(temporary.resolve("running"), temporary.resolve("left"));
            int initPort = Pd.port(running, "peer_init_port");
            int allocPort = Pd.port(running, "peer_alloc_port");
            assertThrows(BadConfigurationException.class, () -> receiver(left, initPort, 0));
            assertThrows(BadConfigurationException.class, () -> receiver(left, 0, allocPort));
            try (L2Adapter next = receiver(left, 0, 0); Caller decode = new Caller(next)) {
                assertEquals("111", decode.lookup(keys).bitmap().toString());
                assertEquals("111", decode.load(keys, Chunks.empty(3, CHUNK)).bitmap().toString());
            }
        }
    }
}
