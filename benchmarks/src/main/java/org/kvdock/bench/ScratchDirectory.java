package org.kvdock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kvdock.cli.launch.Directories;

/** A temporary directory that is gone with everything in it when it is closed. */
final class ScratchDirectory implements AutoCloseable {
    private final Path path;

    ScratchDirectory() throws IOException {
        this.path = Files.createTempDirectory("kvdock-bench");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (!Directories.remove(path)) {
            throw new IOException(path + " cannot be removed");
        }
    }
}
