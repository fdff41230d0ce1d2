package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A lock on a file, against other processes and other holders in this one. The system gives it free when its process
 * ends, however it ends.
 *
 * <p>Such locks belong to the process, and closing <em>any</em> channel on the file gives them free: so a file that this
 * process holds is never opened a second time just to look. Safe for all threads.
 */
final class ProcessLock implements AutoCloseable {
    // Guarded by itself.
    private static final Set<Path> HELD = new HashSet<>();
    // On files that another class loader of this process holds: closing these would free them.
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @param lockFile in a directory that is there
     * @param create whether it is made if it is not there
     * @return the lock; empty if somebody else holds it, in this process or in another one
     * @throws IOException if the file cannot be opened
     */
    static Optional<ProcessLock> take(Path lockFile, boolean create) throws IOException {
        Path file = lockFile.toAbsolutePath().getParent().toRealPath().resolve(lockFile.getFileName());
        synchronized (HELD) {
            if (!HELD.add(file)) {
                return Optional.empty();
            }
        }
        Optional<ProcessLock> lock = Optional.empty();
        try {
            lock = lock(file, create);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                forget(file);
            }
        }
    }

    private static Optional<ProcessLock> lock(Path file, boolean create) throws IOException {
        List<OpenOption> options = new ArrayList<>(List.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (create) {
            options.add(StandardOpenOption.CREATE);
        }
        FileChannel channel = FileChannel.open(file, options.toArray(new OpenOption[0]));
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock();
            keep = lock != null;
            return keep ? Optional.of(new ProcessLock(file, channel)) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            keep = true;
            NEVER_CLOSED.add(channel);
            return Optional.empty();
        } finally {
            if (!keep) {
                channel.close();
            }
        }
    }

    private static void forget(Path file) {
        synchronized (HELD) {
            HELD.remove(file);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Gone with the process.
        }
        forget(file);
    }
}
