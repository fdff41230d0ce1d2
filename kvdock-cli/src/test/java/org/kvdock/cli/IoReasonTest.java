package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IoReasonTest {
    @Test
    @DisplayName("exceptions whose message is the file's name alone get words for their reason; others keep theirs, one line of it")
    void words() {
        assertEquals("a: permission denied", IoReason.of(new AccessDeniedException("a")));
        assertEquals("a: no such file or directory", IoReason.of(new NoSuchFileException("a")));
        assertEquals("a: is there already", IoReason.of(new FileAlreadyExistsException("a")));
        assertEquals("a: not a directory", IoReason.of(new NotDirectoryException("a")));
        assertEquals("a: Read-only file system", IoReason.of(new FileSystemException("a", null, "Read-only file system")));
        assertEquals("No space left on device", IoReason.of(new IOException("No space left on device\nat all")));
        assertEquals("java.io.IOException", IoReason.of(new IOException()));
    }
}
