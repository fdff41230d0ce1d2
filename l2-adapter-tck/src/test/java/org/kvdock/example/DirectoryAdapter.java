package org.kvdock.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState.StoredKey;
import org.kvdock.l2.journal.TimeSource;

/** Keeps each chunk in a file of one directory. Chunks outlive the process: the journal knows which files are whole. */
public class DirectoryAdapter extends L2AdapterBase<Path> {
    /** The gate of a task's buffers is held for one slice at a time, so that a deadline never waits for a whole chunk. */
    private static final int SLICE = 1 << 20;

    private final Path directory;
    private final AtomicInteger files = new AtomicInteger();

    public DirectoryAdapter(String name, Path directory, AdapterSettings settings, TaskJournal journal) {
        super(name, "directory", settings, journal, TimeSource.SYSTEM);
        this.directory = directory;
        takeUpWhatSurvived();
        start();
    }

    // A file's name is a number that the journal keeps with its key: the epoch that wrote it, and a count.
    private long newPlace() {
        return recovery().epoch() << 32 | files.getAndIncrement();
    }

    private Path file(long place) {
        return directory.resolve(Long.toHexString(place) + ".chunk");
    }

    @Override
    protected void store(StoreTask task) throws IOException {
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            ObjectKey key = task.keys().get(i);
            if (!task.commit(i, 0, () -> index().contains(key))) {
                storeNew(task, i, key);
            }
        }
        task.complete();
    }

    private void storeNew(StoreTask task, int i, ObjectKey key) throws IOException {
        long place = newPlace();
        Path file = file(place);
        boolean published = false;
        try {
            Optional<Integer> checksum = write(task, i, file);
            published = checksum.isPresent()
                    && task.commit(i, task.length(i), () -> index().publish(key, task.length(i), checksum.get(), place, file));
        } finally {
            if (!published) {
                Files.deleteIfExists(file);
            }
        }
        // Another task may have stored the same key meanwhile, or this one may name it twice.
        task.commit(i, 0, () -> index().contains(key));
    }

    /** Empty if the task ended on the way. */
    private Optional<Integer> write(StoreTask task, int i, Path file) throws IOException {
        CRC32C crc = new CRC32C();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int from = 0; from < task.length(i); from += SLICE) {
                int start = from;
                boolean alive = task.<IOException>read(i, chunk -> {
                    ByteBuffer slice = chunk.slice(start, Math.min(SLICE, chunk.limit() - start));
                    crc.update(slice.duplicate());
                    while (slice.hasRemaining()) {
                        out.write(slice);
                    }
                });
                if (!alive) {
                    return Optional.empty();
                }
            }
            sync(out);
        }
        return Optional.of((int) crc.getValue());
    }

    /** On the disk before the journal says so: the journal may outlive a loss of power. */
    protected void sync(FileChannel out) throws IOException {
        out.force(false);
    }

    @Override
    protected void load(LoadTask task) throws IOException {
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            ObjectKey key = task.keys().get(i);
            if (!loadOne(task, i, key)) {
                index().remove(key, RemovalReason.DAMAGED).ifPresent(this::removed);
            }
        }
        task.complete();
    }

    /** False if the key's file is damaged. */
    private boolean loadOne(LoadTask task, int i, ObjectKey key) throws IOException {
        Optional<ObjectIndex<Path>.Pin> held = index().pin(key);
        if (held.isEmpty()) {
            return true;
        }
        try (ObjectIndex<Path>.Pin pin = held.get();
                FileChannel in = FileChannel.open(pin.value(), StandardOpenOption.READ)) {
            if (pin.bytes() > task.length(i)) {
                return true;
            }
            CRC32C crc = new CRC32C();
            for (long from = 0; from < pin.bytes(); from += SLICE) {
                int start = (int) from;
                int length = (int) Math.min(SLICE, pin.bytes() - from);
                boolean alive = task.<IOException>write(i, chunk -> {
                    ByteBuffer slice = chunk.slice(start, length);
                    while (slice.hasRemaining() && in.read(slice, start + slice.position()) > 0) {
                        // a file may give less than was asked for
                    }
                    crc.update(slice.flip());
                });
                if (!alive) {
                    return true;
                }
            }
            if ((int) crc.getValue() != pin.checksum()) {
                return false;
            }
            task.loaded(i, pin.bytes());
            return true;
        }
    }

    @Override
    protected void removed(ObjectIndex.Removed<Path> gone) {
        try {
            Files.deleteIfExists(gone.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeUpWhatSurvived() {
        Set<Path> kept = new HashSet<>();
        try {
            Files.createDirectories(directory);
            for (var candidate : recovery().candidates().entrySet()) {
                StoredKey stored = candidate.getValue();
                Path file = file(stored.place());
                if (isWhole(file, stored)) {
                    index().publish(candidate.getKey(), stored.bytes(), stored.checksum(), stored.place(), file);
                    kept.add(file);
                }
            }
            deleteAllBut(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWhole(Path file, StoredKey stored) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != stored.bytes()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(file));
        return (int) crc.getValue() == stored.checksum();
    }

    private void deleteAllBut(Set<Path> kept) throws IOException {
        List<Path> rest;
        try (Stream<Path> all = Files.list(directory)) {
            rest = all.filter(file -> file.toString().endsWith(".chunk") && !kept.contains(file)).toList();
        }
        for (Path file : rest) {
            Files.delete(file);
        }
    }
}
