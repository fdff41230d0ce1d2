package org.kvdock.example;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** Keeps each chunk in a file. The journal knows which file is whose, so chunks outlive the process. */
public class DirectoryAdapter extends L2AdapterBase<Path> {
    /** A deadline waits for whoever is inside a buffer (R7), so nobody stays for longer than this many bytes. */
    private static final int SLICE = 1 << 20;

    private final Path directory;
    private final AtomicInteger files = new AtomicInteger();

    /** @param directory this adapter's alone: chunk files that its journal does not name are deleted */
    public DirectoryAdapter(String name, Path directory, AdapterSettings settings, TaskJournal journal) {
        super(name, "directory", settings, journal, TimeSource.SYSTEM);
        this.directory = directory;
        try {
            takeUpWhatSurvived();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
        start();
    }

    @Override
    protected void store(StoreTask task) throws IOException {
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            ObjectKey key = task.keys().get(i);
            if (!index().contains(key)) {
                storeNew(task, i, key);
            }
            // For what was there before, or came by another task meanwhile: stored, without having moved.
            task.commit(i, 0, () -> index().contains(key));
        }
        task.complete();
    }

    private void storeNew(StoreTask task, int i, ObjectKey key) throws IOException {
        int length = task.length(i);
        long place = recovery().epoch() << 32 | files.getAndIncrement();
        Path file = file(place);
        Path temporary = directory.resolve(file.getFileName() + ".tmp");
        boolean published = false;
        try {
            CRC32C crc = new CRC32C();
            if (!write(task, i, temporary, crc)) {
                return;
            }
            int checksum = (int) crc.getValue();
            if (!isWhole(temporary, length, checksum)) {
                throw new IOException(temporary + ": what is there is not what was written");
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            published = task.commit(i, length, () -> index().publish(key, length, checksum, place, file));
        } finally {
            Files.deleteIfExists(temporary);
            if (!published) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** @return false if the task ended on the way and its buffer may not be touched any more */
    private boolean write(StoreTask task, int i, Path file, CRC32C crc) throws IOException {
        try (FileChannel out = FileChannel.open(file, CREATE_NEW, WRITE)) {
            boolean alive = true;
            while (alive && out.position() < task.length(i)) {
                int from = (int) out.position();
                alive = task.<IOException>read(i, chunk -> {
                    out.write(chunk.position(from).limit(Math.min(task.length(i), from + SLICE)));
                    crc.update(chunk.flip().position(from));
                });
            }
            sync(out);
            return alive;
        }
    }

    /** The journal may outlive a loss of power: the bytes are on the disk before it names them. */
    protected void sync(FileChannel out) throws IOException {
        out.force(false);
    }

    @Override
    protected void load(LoadTask task) throws IOException {
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            ObjectKey key = task.keys().get(i);
            boolean damaged;
            try (ObjectIndex<Path>.Pin pin = index().pin(key).orElse(null)) {
                damaged = pin != null && pin.bytes() <= task.length(i) && !read(task, i, pin);
            }
            if (damaged) {
                index().remove(key, RemovalReason.DAMAGED).ifPresent(this::removed);
            }
        }
        task.complete();
    }

    /** @return false if the file does not hold what was published */
    private boolean read(LoadTask task, int i, ObjectIndex<Path>.Pin pin) throws IOException {
        CRC32C crc = new CRC32C();
        boolean alive = true;
        try (FileChannel in = FileChannel.open(pin.value())) {
            while (alive && in.position() < Math.min(pin.bytes(), in.size())) {
                int from = (int) in.position();
                alive = task.<IOException>write(i, chunk -> {
                    in.read(chunk.position(from).limit((int) Math.min(pin.bytes(), from + SLICE)));
                    crc.update(chunk.flip().position(from));
                });
            }
            if (alive && (in.size() != pin.bytes() || (int) crc.getValue() != pin.checksum())) {
                return false;
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        if (alive) {
            task.loaded(i, pin.bytes());
        }
        return true;
    }

    @Override
    protected void removed(ObjectIndex.Removed<Path> gone) {
        gone.value().toFile().delete();
    }

    private Path file(long place) {
        return directory.resolve(Long.toHexString(place) + ".chunk");
    }

    private void takeUpWhatSurvived() throws IOException {
        Set<Path> whole = new HashSet<>();
        recovery().candidates().forEach((key, stored) -> {
            Path file = file(stored.place());
            if (isWhole(file, stored.bytes(), stored.checksum())) {
                index().publish(key, stored.bytes(), stored.checksum(), stored.place(), file);
                whole.add(file);
            }
        });
        Files.createDirectories(directory);
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(file -> file.toString().matches(".*/[0-9a-f]+[.]chunk([.]tmp)?") && !whole.contains(file))
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static boolean isWhole(Path file, long length, int checksum) {
        CRC32C crc = new CRC32C();
        try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
            return in.transferTo(OutputStream.nullOutputStream()) == length && (int) crc.getValue() == checksum;
        } catch (IOException e) {
            return false;
        }
    }
}
