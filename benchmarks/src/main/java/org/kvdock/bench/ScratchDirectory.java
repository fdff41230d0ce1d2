package org.kvdock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kvdock.cli.launch.RunDirectory;

/**
 * A temporary directory that is gone with everything in it when it is closed, or when a signal ends this process; if it
 * is killed, when the next one makes one.
 */
final class ScratchDirectory implements AutoCloseable {
    // Guarded by the class.
    private static final Set<RunDirectory> OPEN = new HashSet<>();
    private static boolean ended;

    private final RunDirectory run;
    private final Path path;

    ScratchDirectory() throws IOException {
        synchronized (ScratchDirectory.class) {
            if (ended) {
                throw new IOException("the benchmarks have been ended");
            }
            run = RunDirectory.open();
            OPEN.add(run);
        }
        path = Files.createDirectory(run.path().resolve("scratch"));
    }

    Path path() {
        return path;
    }

    /** Removes all that are open; no more can be made. */
    static void end() {
        List<RunDirectory> left;
        synchronized (ScratchDirectory.class) {
            ended = true;
            left = List.copyOf(OPEN);
        }
        left.forEach(RunDirectory::close);
    }

    @Override
    public void close() {
        run.close();
        synchronized (ScratchDirectory.class) {
            OPEN.remove(run);
        }
    }
}
