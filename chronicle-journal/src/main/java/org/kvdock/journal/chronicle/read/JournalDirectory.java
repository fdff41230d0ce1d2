package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where an adapter's journal lies:
 *
 * <pre>
 *  root/
 *    adapter/                           one adapter instance
 *      writer.lock                      held by the one process that writes
 *      checkpoint-0000000000200000.kvc  the state up to that record, see Checkpoint
 *      epoch-000000000000/              one process's time with the journal
 *        part-000000/                   a Chronicle queue of one file, never reopened for writing
 *          metadata.cq4t
 *          20260101F.cq4
 *          begun                        there from before the first record on
 *        part-000001/                   after rolling, or after the disk was full
 *      epoch-000000000001/
 * </pre>
 *
 * Queues that are never reopened mean that no crash, whatever it left in one, stands in the way of the next writer, and
 * that nothing but its own process ever writes to a queue. The records' numbers run on over all of them.
 */
public final class JournalDirectory {
    /** Name of the file that the writing process locks. */
    public static final String LOCK_FILE = "writer.lock";
    /** How the names of queue files end. */
    static final String QUEUE_SUFFIX = ".cq4";

    private static final String BEGUN = "begun";
    private static final String EPOCH_PREFIX = "epoch-";
    private static final String PART_PREFIX = "part-";
    private static final int SEARCH_DEPTH = 4;

    private final String name;
    private final Path path;

    private JournalDirectory(String name, Path path) {
        this.name = name;
        this.path = path;
    }

    /**
     * @param path one adapter's directory; need not exist
     * @return that journal, named as its directory
     */
    public static JournalDirectory at(Path path) {
        return new JournalDirectory(String.valueOf(path.toAbsolutePath().normalize().getFileName()), path);
    }

    /**
     * Finds journals.
     *
     * @param directory one adapter's directory, or a root with several, at most {@value #SEARCH_DEPTH} levels below
     * @return the journals in it, by name (their path below the directory); empty if there is none
     * @throws IOException if it is no directory or cannot be listed
     */
    public static List<JournalDirectory> find(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw Files.exists(directory)
                    ? new NotDirectoryException(directory.toString())
                    : new NoSuchFileException(directory.toString());
        }
        if (holdsJournal(directory)) {
            return List.of(at(directory));
        }
        List<JournalDirectory> found = new ArrayList<>();
        search(directory, directory, SEARCH_DEPTH, found);
        found.sort(Comparator.comparing(JournalDirectory::name));
        return found;
    }

    private static void search(Path top, Path directory, int depth, List<JournalDirectory> found) throws IOException {
        for (Path child : list(directory)) {
            if (!Files.isDirectory(child)) {
                continue;
            }
            if (holdsJournal(child)) {
                found.add(new JournalDirectory(top.relativize(child).toString(), child));
            } else if (depth > 1) {
                search(top, child, depth - 1, found);
            }
        }
    }

    private static boolean holdsJournal(Path directory) throws IOException {
        return Files.exists(directory.resolve(LOCK_FILE))
                || list(directory).stream().anyMatch(child -> epochOf(child) >= 0 || isQueueFile(child));
    }

    /** @return the journal's name: the adapter's, below the directory that was searched */
    public String name() {
        return name;
    }

    public Path path() {
        return path;
    }

    /** @return the file that the writing process locks */
    public Path lockFile() {
        return path.resolve(LOCK_FILE);
    }

    /**
     * @param epoch an epoch
     * @return where its parts lie
     */
    public Path epochDirectory(long epoch) {
        return path.resolve(String.format("%s%012d", EPOCH_PREFIX, epoch));
    }

    /**
     * @param epoch an epoch
     * @param part from 0
     * @return where that queue lies
     */
    public Path partDirectory(long epoch, int part) {
        return epochDirectory(epoch).resolve(String.format("%s%06d", PART_PREFIX, part));
    }

    /**
     * @return the epochs whose directories are there, ascending
     * @throws IOException if the directory cannot be listed
     */
    public List<Long> epochs() throws IOException {
        return list(path).stream().map(JournalDirectory::epochOf).filter(epoch -> epoch >= 0).sorted().toList();
    }

    /**
     * @return the queues that are there now, in the order of their records; a directory that holds queue files itself,
     *     and no epochs, is one queue
     * @throws IOException if a directory cannot be listed
     */
    public List<Path> parts() throws IOException {
        List<Path> parts = new ArrayList<>();
        if (list(path).stream().anyMatch(JournalDirectory::isQueueFile)) {
            parts.add(path);
        }
        for (long epoch : epochs()) {
            list(epochDirectory(epoch)).stream()
                    .filter(part -> numberOf(part, PART_PREFIX) >= 0)
                    .sorted()
                    .forEach(parts::add);
        }
        return parts;
    }

    /**
     * @param part one queue's directory
     * @return an empty file that says that the queue is ready for records: without a queue file or its header beside
     *     it, something is lost
     */
    public static Path begunMarker(Path part) {
        return part.resolve(BEGUN);
    }

    /**
     * @return the queue files that are there now, in the order of their records
     * @throws IOException if a directory cannot be listed
     */
    public List<Path> queueFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path part : parts()) {
            files.addAll(queueFilesIn(part));
        }
        return files;
    }

    /**
     * @param directory one queue's directory
     * @return its files, in the order of their records; empty if it is not there
     * @throws IOException if it cannot be listed
     */
    public static List<Path> queueFilesIn(Path directory) throws IOException {
        return list(directory).stream().filter(JournalDirectory::isQueueFile).sorted().toList();
    }

    /**
     * Removes what a killed writer has left of a checkpoint. For the writer.
     *
     * @throws IOException if the directory cannot be listed
     */
    public void deleteUnfinishedCheckpoints() throws IOException {
        for (Path file : entries()) {
            if (Checkpoint.isUnfinished(file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * @return what lies in the journal's own directory; empty if it is not there
     * @throws IOException if it cannot be listed
     */
    List<Path> entries() throws IOException {
        return list(path);
    }

    private static boolean isQueueFile(Path file) {
        return file.getFileName().toString().endsWith(QUEUE_SUFFIX) && !Files.isDirectory(file);
    }

    private static long epochOf(Path directory) {
        return numberOf(directory, EPOCH_PREFIX);
    }

    private static long numberOf(Path directory, String prefix) {
        String name = directory.getFileName().toString();
        if (!name.startsWith(prefix) || !Files.isDirectory(directory)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(prefix.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    // What is not there has no children: retention may have taken it since its parent was listed.
    private static List<Path> list(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
