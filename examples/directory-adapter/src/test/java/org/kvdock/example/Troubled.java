package org.kvdock.example;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.base.Task;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.KitError;
import org.kvdock.l2.tck.TestedAdapter;

/** A directory adapter whose disk can be silent, full, or worse. */
public final class Troubled extends DirectoryAdapter implements TestedAdapter {
    private final Set<TaskKind> stalling = EnumSet.noneOf(TaskKind.class);
    private final Set<TaskKind> failing = EnumSet.noneOf(TaskKind.class);
    private final Set<TaskKind> crashing = EnumSet.noneOf(TaskKind.class);
    private final Queue<Runnable> stalled = new ConcurrentLinkedQueue<>();

    private final boolean syncing;

    private Troubled(Path directory, AdapterSettings settings, TaskJournals journals, boolean syncing) {
        super("directory", directory, settings, journals.open("directory"));
        this.syncing = syncing;
    }

    /**
     * Opens one for the kit.
     *
     * @param syncing whether it waits for the disk as the real one does
     */
    public static Troubled open(
            Path directory, Map<String, Object> settings, TaskJournals journals, boolean syncing) {
        return new Troubled(directory, AdapterSettings.read(ConfigReader.of(settings)), journals, syncing);
    }

    @Override
    protected void sync(FileChannel out) throws IOException {
        if (syncing) {
            super.sync(out);
        }
    }

    @Override
    public L2Adapter storing() {
        return this;
    }

    private interface Move {
        void run() throws Exception;
    }

    private void move(Task task, Move move) throws Exception {
        synchronized (this) {
            if (crashing.contains(task.kind())) {
                throw new KitError("a mover of a " + task.kind());
            }
            if (failing.contains(task.kind())) {
                task.fail(ErrorCode.PEER_LOST, "the disk has gone");
                return;
            }
            if (stalling.contains(task.kind())) {
                // Goes on with heal, whatever has become of the task by then.
                stalled.add(() -> {
                    try {
                        move.run();
                    } catch (Exception e) {
                        task.fail(e);
                    }
                });
                return;
            }
        }
        move.run();
    }

    @Override
    protected void store(StoreTask task) throws IOException {
        unchecked(task, () -> super.store(task));
    }

    @Override
    protected void lookup(LookupTask task) throws Exception {
        move(task, () -> super.lookup(task));
    }

    @Override
    protected void load(LoadTask task) throws IOException {
        unchecked(task, () -> super.load(task));
    }

    private void unchecked(Task task, Move move) throws IOException {
        try {
            move(task, move);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized boolean stall(TaskKind kind) {
        return stalling.add(kind);
    }

    @Override
    public synchronized boolean fail(TaskKind kind) {
        return failing.add(kind);
    }

    @Override
    public synchronized boolean crash(TaskKind kind) {
        return crashing.add(kind);
    }

    @Override
    public void heal() {
        synchronized (this) {
            stalling.clear();
            failing.clear();
            crashing.clear();
        }
        for (Runnable move = stalled.poll(); move != null; move = stalled.poll()) {
            move.run();
        }
    }
}
