package org.kvdock.l2.mock;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.base.Task;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * L2 in this process's own off-heap memory. The oldest unlocked objects make room for new ones. A worker copies the
 * bytes at once; the bandwidth and the injected latency only delay the end of the task, by a timer, so that slow tasks
 * hold no worker.
 */
public final class MockAdapter extends L2AdapterBase<ByteBuffer> {
    /** The adapter type, as status and service properties tell it. */
    public static final String TYPE = "mock";

    private final MockMemory memory;
    private final MockLink link;
    private final ScheduledThreadPoolExecutor timer;
    private volatile Faults faults;

    /**
     * @param name the adapter instance's name
     * @param settings as configured
     * @param journal open for writing; from now on this adapter's to close
     * @param time both clocks
     */
    public MockAdapter(String name, MockSettings settings, TaskJournal journal, TimeSource time) {
        super(name, TYPE, settings.base(), journal, time);
        this.memory = new MockMemory(settings.maxBytes());
        this.link = new MockLink(settings.bytesPerSecond());
        this.faults = settings.faults();
        this.timer = new ScheduledThreadPoolExecutor(1, run -> {
            Thread thread = new Thread(run, "kvdock-" + name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        start();
    }

    /** @param faults what goes wrong on purpose, for tasks that a worker takes up from now on */
    public void setFaults(Faults faults) {
        this.faults = faults;
    }

    /** @return what goes wrong on purpose now */
    public Faults faults() {
        return faults;
    }

    @Override
    protected void store(StoreTask task) {
        if (befallen(task)) {
            return;
        }
        List<Copied> copies = new ArrayList<>(task.size());
        Pins there = new Pins();
        try {
            for (int i = 0; i < task.size() && !task.isDecided(); i++) {
                // What is there already must not make room for what comes with it.
                if (!there.add(index().pin(task.keys().get(i)))) {
                    copyIn(task, i).ifPresent(copies::add);
                }
            }
        } catch (RuntimeException | Error e) {
            there.close();
            throw e;
        }
        long bytes = copies.stream().mapToLong(copy -> copy.memory.capacity()).sum();
        endAfter(task, bytes, () -> {
            try (there) {
                commit(task, copies);
            }
            task.complete();
        });
    }

    /** Objects that stay for as long as a store of their keys takes. */
    private static final class Pins implements AutoCloseable {
        private final List<ObjectIndex<ByteBuffer>.Pin> pins = new ArrayList<>();

        /** @return whether there is one to add */
        boolean add(Optional<ObjectIndex<ByteBuffer>.Pin> pin) {
            pin.ifPresent(pins::add);
            return pin.isPresent();
        }

        @Override
        public void close() {
            pins.forEach(ObjectIndex.Pin::close);
        }
    }

    /** Bytes of one key in L2's memory, not yet visible. */
    private record Copied(int index, ByteBuffer memory) {}

    private Optional<Copied> copyIn(StoreTask task, int i) {
        ObjectKey key = task.keys().get(i);
        int length = task.length(i);
        if (length > memory.capacity()) {
            task.note(ErrorCode.TOO_LARGE, key + ": " + length + " bytes, L2 holds at most " + memory.capacity());
            return Optional.empty();
        }
        ByteBuffer room = roomFor(length);
        if (room == null) {
            task.note(ErrorCode.NO_ROOM, key + ": no room for " + length + " bytes, what is held is locked or in use");
            return Optional.empty();
        }
        if (!task.read(i, chunk -> room.duplicate().put(chunk))) {
            memory.give(room);
            return Optional.empty();
        }
        return Optional.of(new Copied(i, room));
    }

    private ByteBuffer roomFor(int length) {
        for (;;) {
            ByteBuffer room = memory.take(length);
            if (room != null) {
                return room;
            }
            Optional<ObjectIndex.Removed<ByteBuffer>> evicted = index().evictOldest(RemovalReason.EVICTED);
            if (evicted.isEmpty()) {
                return null;
            }
            removed(evicted.get());
        }
    }

    private void commit(StoreTask task, List<Copied> copies) {
        for (Copied copy : copies) {
            ObjectKey key = task.keys().get(copy.index);
            int length = copy.memory.capacity();
            boolean published = false;
            try {
                // Whoever was faster may have been evicted again before we look.
                do {
                    published = task.commit(copy.index, length, () -> index().publish(key, length, 0, 0, copy.memory));
                } while (!published && !task.isDecided() && !task.commit(copy.index, 0, () -> index().contains(key)));
            } catch (JournalUnavailableException e) {
                task.note(ErrorCode.JOURNAL_UNAVAILABLE, e.getMessage());
            } finally {
                if (!published) {
                    memory.give(copy.memory);
                }
            }
        }
        // What was there before is stored without having moved; so is what came meanwhile and had no room here.
        for (int i = 0; i < task.size(); i++) {
            ObjectKey key = task.keys().get(i);
            task.commit(i, 0, () -> index().contains(key));
        }
    }

    @Override
    protected void lookup(LookupTask task) {
        if (!befallen(task)) {
            endAfter(task, 0, task::completeLocking);
        }
    }

    @Override
    protected void load(LoadTask task) {
        if (befallen(task)) {
            return;
        }
        long bytes = 0;
        Faults now = faults;
        for (int i = 0; i < task.size() && !task.isDecided(); i++) {
            if (!now.leavesOut(i, task.size(), task.keys().get(i))) {
                bytes += copyOut(task, i);
            }
        }
        endAfter(task, bytes, task::complete);
    }

    private long copyOut(LoadTask task, int i) {
        Optional<ObjectIndex<ByteBuffer>.Pin> held = index().pin(task.keys().get(i));
        if (held.isEmpty()) {
            return 0;
        }
        try (ObjectIndex<ByteBuffer>.Pin pin = held.get()) {
            if (pin.bytes() > task.length(i) || !task.write(i, chunk -> chunk.put(pin.value().duplicate()))) {
                return 0;
            }
            task.loaded(i, pin.bytes());
            return pin.bytes();
        }
    }

    private boolean befallen(Task task) {
        Faults now = faults;
        if (now.throwsError(task.kind(), task.id())) {
            throw new InjectedError(task.kind() + " task " + task.id() + ": an error that was asked for");
        }
        if (now.fails(task.kind(), task.id())) {
            task.fail(ErrorCode.INJECTED, task.kind() + " task " + task.id() + ": a failure that was asked for");
            return true;
        }
        // A stuck task is left to its deadline.
        return now.sticks(task.kind());
    }

    private void endAfter(Task task, long bytes, Runnable end) {
        long nanos = link.occupy(bytes, time().nanos()) + faults.latencyNanos(task.kind(), task.id());
        if (nanos <= 0) {
            end.run();
            return;
        }
        try {
            timer.schedule(() -> endOrFail(task, end), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            task.fail(ErrorCode.CANCELLED, "the adapter was closed");
        }
    }

    // On a worker the base sees to this; the timer is ours.
    private static void endOrFail(Task task, Runnable end) {
        try {
            end.run();
        } catch (Throwable e) {
            task.fail(e);
        }
    }

    @Override
    protected void removed(ObjectIndex.Removed<ByteBuffer> removed) {
        memory.give(removed.value());
    }

    @Override
    protected void stopMoving() {
        timer.shutdownNow();
    }

    @Override
    protected long capacityBytes() {
        return memory.capacity();
    }
}
