package org.kvdock.l2.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a file: one holder, over all processes and within this one. The system gives it free when its process ends,
 * however it ends; the file stays, and holds the process's id for whoever is refused. Safe for all threads.
 *
 * <p>Such locks belong to the process, and closing <em>any</em> channel on the file gives them free. So a file that this
 * process holds is never opened a second time. Who holds one is written down in the JVM's system properties, under names
 * that begin with {@value #HELD}: class loaders come and go while a lock is held, since bundles are updated, and there may
 * be several copies of this class. For the same reason it is in the API's bundle, and journals and adapters have none of
 * their own.
 *
 * <p>The file is neither truncated nor replaced, and never reached by a symbolic link of its name; links in front of its
 * directory are followed. A file longer than the {@value #ID_BYTES} bytes of an id is somebody's: it is locked, and not
 * written into.
 */
public final class ProcessLock implements AutoCloseable {
    /** Each lock that this process holds is a system property: this, the process's id, a colon, the file. */
    public static final String HELD = "org.kvdock.lock.";

    private static final int ID_BYTES = 20;
    private static final long SELF = ProcessHandle.current().pid();
    // A channel that nobody refers to is closed. Here are those that hold a lock, also one that its holder has forgotten,
    // and for good those on files that something else in this process has locked by other means.
    private static final Set<FileChannel> KEPT = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, on a file that is made if it is not there.
     *
     * @param lockFile in a directory that is there
     * @return the lock, held
     * @throws LockHeldException if somebody holds it
     * @throws IOException if the file cannot be opened for reading and writing, or is no plain file
     */
    public static ProcessLock take(Path lockFile) throws IOException {
        return take(lockFile, Set.of(StandardOpenOption.CREATE));
    }

    /**
     * Takes the lock, on a file that is there.
     *
     * @param lockFile in a directory that is there
     * @return the lock, held
     * @throws LockHeldException if somebody holds it
     * @throws java.nio.file.NoSuchFileException if it is not there
     * @throws IOException if the file cannot be opened for reading and writing, or is no plain file
     */
    public static ProcessLock takeExisting(Path lockFile) throws IOException {
        return take(lockFile, Set.of());
    }

    /**
     * Makes a directory that is this process's alone, and takes the lock on a file in it. Whoever looks for such directories
     * that nobody holds, by {@link #takeExisting}, may come by between the two steps and remove it: then another one is made.
     *
     * @param parent is there
     * @param prefix of the directory's name
     * @param lockName the file's
     * @param attributes of the directory
     * @return the lock, held, on {@link #file}
     * @throws IOException if the two cannot be made; nothing is left of them
     */
    public static ProcessLock takeInNewDirectory(
            Path parent, String prefix, String lockName, FileAttribute<?>... attributes) throws IOException {
        for (;;) {
            Path directory = Files.createTempDirectory(parent, prefix, attributes);
            Path lockFile = directory.resolve(lockName);
            try {
                ProcessLock lock = take(lockFile);
                if (Files.exists(lockFile)) {
                    return lock;
                }
                lock.close();
            } catch (LockHeldException e) {
                // It is being removed.
            } catch (IOException e) {
                Files.deleteIfExists(lockFile);
                Files.deleteIfExists(directory);
                throw e;
            }
        }
    }

    private static ProcessLock take(Path lockFile, Set<StandardOpenOption> more) throws IOException {
        Path file = lockFile.toAbsolutePath().getParent().toRealPath().resolve(lockFile.getFileName());
        if (System.getProperties().putIfAbsent(property(file), "held") != null) {
            throw new LockHeldException(file, "this process");
        }
        // An interrupt closes a channel that is at work, and with it the lock would be gone: it waits.
        boolean interrupted = Thread.interrupted();
        ProcessLock lock = null;
        try {
            lock = new ProcessLock(file, lock(file, more));
            return lock;
        } finally {
            if (lock == null) {
                System.clearProperty(property(file));
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String property(Path file) {
        return HELD + SELF + ':' + file;
    }

    private static FileChannel lock(Path file, Set<StandardOpenOption> more) throws IOException {
        // Whatever else it is, opening it may wait or do something.
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no plain file");
        }
        Set<OpenOption> options = new HashSet<>(more);
        options.addAll(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        FileChannel channel = FileChannel.open(file, options);
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new LockHeldException(file, holder(channel));
            }
            sign(channel);
            if (!lock.isValid()) {
                throw new IOException(file + ": the thread was interrupted while it was being locked");
            }
            keep = true;
            return channel;
        } catch (OverlappingFileLockException e) {
            keep = true;
            throw new LockHeldException(file, "this process");
        } finally {
            if (keep) {
                KEPT.add(channel);
            } else {
                channel.close();
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(ID_BYTES);
        channel.read(text, 0);
        String id = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
        return id.matches("[0-9]+") ? "process " + id : "another process";
    }

    private static void sign(FileChannel channel) {
        // As long as the longest id, so that nothing is left of the last holder's.
        String id = SELF + " ".repeat(ID_BYTES - 1 - Long.toString(SELF).length()) + '\n';
        try {
            if (channel.size() <= ID_BYTES) {
                channel.write(ByteBuffer.wrap(id.getBytes(StandardCharsets.US_ASCII)), 0);
            }
        } catch (IOException e) {
            // On a full disk the lock holds as well without the number.
        }
    }

    /** @return the file, in its directory's real place */
    public Path file() {
        return file;
    }

    /** Gives the lock free; the file stays. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
        KEPT.remove(channel);
        System.clearProperty(property(file));
    }

    @Override
    public String toString() {
        return "ProcessLock[" + file + (channel.isOpen() ? "]" : ", closed]");
    }
}
