package org.kvdock.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.kvdock.cli.launch.Directories;

/** One private file for decoders that read files, among the temporary ones; gone with the process, or with its campaign. */
public final class ScratchFile {
    private final Path directory;
    private final Path file;

    /** @param name the file's name */
    public ScratchFile(String name) {
        try {
            directory = Files.createTempDirectory("kvdock-fuzz-");
            file = Files.createFile(
                    directory.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Directories.remove(directory), "kvdock-fuzz-scratch"));
    }

    /** @return its directory, which holds nothing else */
    public Path directory() {
        return directory;
    }

    /** @return the file, with what it holds */
    public Path path() {
        return file;
    }

    /** @return the file, with these bytes and no others */
    public Path with(byte[] content) throws IOException {
        return Files.write(file, content);
    }
}
