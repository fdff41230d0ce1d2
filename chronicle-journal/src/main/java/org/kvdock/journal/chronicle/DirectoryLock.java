package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kvdock.l2.JournalUnavailableException;

/**
 * One writer for each journal, over all processes. The operating system gives the lock free when its process ends,
 * however it ends; the file stays and holds the process id for whoever is refused.
 *
 * <p>Such locks belong to the process, and closing <em>any</em> channel on the file gives them free. So within one JVM a
 * second writer is refused by a table, before it opens the file.
 */
final class DirectoryLock implements AutoCloseable {
    // guarded by itself
    private static final Set<Path> HELD = new HashSet<>();
    // Of writers that another class loader of this JVM refused: closing these would free the other's lock.
    private static final ConcurrentLinkedQueue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @param adapter for messages
     * @param lockFile made if it is not there; its directory is there
     * @return the lock, held
     * @throws JournalUnavailableException if somebody else holds it, or it cannot be made
     */
    static DirectoryLock take(String adapter, Path lockFile) {
        Path file;
        try {
            file = lockFile.toAbsolutePath().getParent().toRealPath().resolve(lockFile.getFileName());
        } catch (IOException e) {
            throw unavailable(adapter, lockFile, "cannot be locked: " + e, e);
        }
        synchronized (HELD) {
            if (!HELD.add(file)) {
                throw unavailable(adapter, file, "is open for writing in this process already", null);
            }
        }
        boolean held = false;
        try {
            DirectoryLock lock = new DirectoryLock(file, lock(adapter, file));
            held = true;
            return lock;
        } catch (IOException e) {
            throw unavailable(adapter, file, "cannot be locked: " + e, e);
        } finally {
            if (!held) {
                forget(file);
            }
        }
    }

    private static FileChannel lock(String adapter, Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            NEVER_CLOSED.add(channel);
            throw unavailable(adapter, file, "is open for writing in this process already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            String owner = read(channel);
            channel.close();
            throw unavailable(adapter, file, "is open for writing in process " + owner, null);
        }
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid().getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            // On a full disk the lock holds as well without the number.
        }
        return channel;
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer digits = ByteBuffer.allocate(20);
        channel.read(digits, 0);
        String text = new String(digits.array(), 0, digits.position(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? text : "unknown";
    }

    private static void forget(Path file) {
        synchronized (HELD) {
            HELD.remove(file);
        }
    }

    private static JournalUnavailableException unavailable(String adapter, Path file, String why, Exception cause) {
        return new JournalUnavailableException("journal " + adapter + ": " + file.getParent() + " " + why, cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
        forget(file);
    }
}
