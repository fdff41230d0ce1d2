package org.kvdock.cli.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kvdock.l2.base.LockHeldException;
import org.kvdock.l2.base.ProcessLock;

/**
 * A directory for what only one run needs. It holds a lock for as long as it is in use, so that a later run can tell
 * one that is in use from one that a killed run left behind, and removes the latter.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String PREFIX = "kvdock-run-";
    private static final String LOCK = "in-use";

    private final Path path;
    private final ProcessLock lock;

    private RunDirectory(Path path, ProcessLock lock) {
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
        ProcessLock lock = ProcessLock.takeInNewDirectory(parent, PREFIX, LOCK);
        return new RunDirectory(lock.file().getParent(), lock);
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
        lock.close();
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
        ProcessLock lock;
        try {
            lock = ProcessLock.takeExisting(run.resolve(LOCK));
        } catch (NoSuchFileException | LockHeldException e) {
            // in use, or gone meanwhile
            return;
        }
        try {
            Directories.remove(run);
        } finally {
            lock.close();
        }
    }
}
