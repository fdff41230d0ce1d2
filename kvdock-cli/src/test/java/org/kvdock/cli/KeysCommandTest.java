package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("kvdock keys makes a directory for each end, with secrets that only their owner can read")
    void makes() throws Exception {
        Path keys = directory.resolve("keys");
        assertEquals(ExitStatus.RIGHT, Kvdock.run(
                "keys", "--sender", "p1", "--sender", "p2", "--proxy", "router", "--days", "30", keys.toString()));
        for (String file : List.of(
                "p1/identity.key", "p1/peers/receiver.crt", "p2/peers/receiver.curve", "receiver/identity.crt",
                "receiver/peers/p1.crt", "receiver/peers/p2.curve", "receiver/peers/router.curve", "router/identity.curve")) {
            assertTrue(Files.isRegularFile(keys.resolve(file)), file);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(file))), file);
        }
        assertEquals(ExitStatus.USAGE, Kvdock.run("keys", keys.toString()));
    }
}
