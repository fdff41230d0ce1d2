package org.kvdock.l2.pd.shm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kvdock.l2.base.LockHeldException;
import org.kvdock.l2.base.ProcessLock;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.staging.SegmentSource;

/**
 * The directory with one receiver's segment files, mode 0700, held by a lock as long as the receiver lives. The lock goes
 * with the process, whatever ends it; so a directory without one is nobody's.
 */
public final class SegmentDirectory implements SegmentSource, AutoCloseable {
    /** Where shared memory is. */
    public static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static final String PREFIX = "kvdock-";
    private static final String LOCK = "lock";
    private static final Pattern SEGMENT = Pattern.compile("segment-([0-9]{1,18})");

    private final Path directory;
    private final ProcessLock lock;

    private SegmentDirectory(Path directory, ProcessLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * A directory of its own in shared memory. What dead receivers left there is removed on the way.
     *
     * @param name the adapter instance's, for people
     */
    public static SegmentDirectory fresh(Path parent, String name) throws IOException {
        removeOrphans(parent);
        ProcessLock lock = ProcessLock.takeInNewDirectory(
                parent, PREFIX + name + "-", LOCK,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new SegmentDirectory(lock.file().getParent(), lock);
    }

    /**
     * A directory that outlives its process.
     *
     * @throws IOException if it cannot be used, or another process uses it
     */
    public static SegmentDirectory lasting(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory.toAbsolutePath().getParent());
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)).equals("rwx------")) {
            throw new IOException(directory + " must have the mode 0700");
        }
        return locked(directory);
    }

    private static SegmentDirectory locked(Path directory) throws IOException {
        try {
            return new SegmentDirectory(directory, ProcessLock.take(directory.resolve(LOCK)));
        } catch (LockHeldException e) {
            throw new IOException(directory + " is in use by another receiver, in " + e.holder(), e);
        }
    }

    private static void removeOrphans(Path parent) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                removeIfOrphan(directory);
            }
        }
    }

    // Somebody else's cannot be opened or is locked, and one that is being made has no lock file yet.
    private static void removeIfOrphan(Path directory) {
        try {
            new SegmentDirectory(directory, ProcessLock.takeExisting(directory.resolve(LOCK))).close();
        } catch (IOException | UncheckedIOException e) {
            // Not ours to remove.
        }
    }

    private static void removeAll(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Override
    public LocalSegment create(long number, int bytes) throws IOException {
        return SegmentFile.create(directory.resolve("segment-" + number), number, bytes);
    }

    /** @return segments that an earlier process left, by number; files that are none are removed */
    public Map<Long, LocalSegment> leftBehind() throws IOException {
        Map<Long, LocalSegment> segments = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = SEGMENT.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                long number = Long.parseLong(name.group(1));
                try {
                    segments.put(number, SegmentFile.open(file, number));
                } catch (IOException e) {
                    // Killed while it was made.
                    Files.delete(file);
                }
            }
        }
        return segments;
    }

    public Path path() {
        return directory;
    }

    /** Gives the lock back; what is in the directory stays for whoever opens it next. */
    public void leave() {
        lock.close();
    }

    /** Removes the directory with everything in it, and gives its lock back. */
    @Override
    public void close() {
        try {
            removeAll(directory);
        } catch (NoSuchFileException e) {
            // Somebody has tidied up.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.close();
        }
    }
}
