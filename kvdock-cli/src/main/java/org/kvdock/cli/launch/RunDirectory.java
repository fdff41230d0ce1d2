package org.kvdock.cli.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for what only one run needs. It holds a lock for as long as it is in use, so that a later run can tell
 * one that is in use from one that a killed run left behind, and removes the latter.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String PREFIX = "kvdock-run-";
    private static final String LOCK = "in-use";

    private final Path path;
    private final FileChannel lock;

    private RunDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @return a new directory of this run's own among the temporary ones; what dead runs left is removed */
    public static RunDirectory open() throws IOException {
        return open(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * @param parent exists
     * @return a new directory of this run's own in there; what dead runs left beside it is removed
     */
    public static RunDirectory open(Path parent) throws IOException {
        sweep(parent);
        for (;;) {
            Path path = Files.createTempDirectory(parent, PREFIX);
            FileChannel lock = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (isOurs(path, lock)) {
                return new RunDirectory(path, lock);
            }
            lock.close();
        }
    }

    // Another run may have come by between the two steps, and have swept away what nobody held yet.
    private static boolean isOurs(Path path, FileChannel lock) throws IOException {
        try {
            lock.lock();
        } catch (OverlappingFileLockException e) {
            return false;
        }
        return Files.exists(path.resolve(LOCK));
    }

    /** @return the directory */
    public Path path() {
        return path;
    }

    /** Removes it with all that is in it. May be called again. */
    @Override
    public void close() {
        if (!Directories.remove(path)) {
            System.err.println("kvdock: " + path + " cannot be removed");
        }
        try {
            lock.close();
        } catch (IOException e) {
            System.err.println("kvdock: the lock of " + path + " cannot be closed: " + e.getMessage());
        }
    }

    private static void sweep(Path temporary) {
        try (Stream<Path> found = Files.list(temporary)) {
            List<Path> runs = found.filter(path -> path.getFileName().toString().startsWith(PREFIX)).toList();
            for (Path run : runs) {
                removeIfDead(run);
            }
        } catch (IOException | UncheckedIOException e) {
            // Somebody else's, or somebody else is removing it; leftovers are not worth a failure.
        }
    }

    // A run without a lock file is one that is just beginning.
    private static void removeIfDead(Path run) throws IOException {
        try (FileChannel channel = FileChannel.open(run.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Directories.remove(run);
            }
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            // in use, or gone meanwhile
        }
    }
}
