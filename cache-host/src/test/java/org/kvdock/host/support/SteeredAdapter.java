package org.kvdock.host.support;

import static org.kvdock.host.support.Requests.PATIENCE;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.ConfigReader;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.LookupTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.base.Task;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TimeSource;

/** L2 in memory whose tasks stop where the test says, and go on when it says. */
public final class SteeredAdapter extends L2AdapterBase<ByteBuffer> {
    private final Map<TaskKind, List<Runnable>> held = new EnumMap<>(TaskKind.class);
    private final Map<TaskKind, Semaphore> arrived = new EnumMap<>(TaskKind.class);
    private final Set<TaskKind> holding = new HashSet<>();
    private final Set<ObjectKey> failing = ConcurrentHashMap.newKeySet();
    /** What was stored, task by task. */
    public final List<List<ObjectKey>> stores = new ArrayList<>();
    public final List<StoreContext> contexts = new ArrayList<>();
    /** What was loaded, key by key. */
    public final List<ObjectKey> loads = new ArrayList<>();

    private SteeredAdapter(String name, MemoryJournals journals, Map<String, ?> settings) {
        super(name, "steered", AdapterSettings.read(ConfigReader.of(settings)), journals.open(name), TimeSource.SYSTEM);
        for (TaskKind kind : TaskKind.values()) {
            held.put(kind, new ArrayList<>());
            arrived.put(kind, new Semaphore(0));
        }
        start();
    }

    public static SteeredAdapter open(String name) {
        return open(name, new MemoryJournals(), Map.of());
    }

    public static SteeredAdapter open(String name, Map<String, ?> settings) {
        return open(name, new MemoryJournals(), settings);
    }

    public static SteeredAdapter open(String name, MemoryJournals journals, Map<String, ?> settings) {
        return new SteeredAdapter(name, journals, settings);
    }

    /** Puts a key into L2 as if it had been stored. */
    public SteeredAdapter with(List<ObjectKey> keys, int bytes) {
        for (ObjectKey key : keys) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(bytes);
            Chunks.fill(chunk, key);
            index().publish(key, bytes, 0, 0, chunk);
        }
        return this;
    }

    public SteeredAdapter without(List<ObjectKey> keys) {
        keys.forEach(key -> index().remove(key, RemovalReason.EVICTED));
        return this;
    }

    /** Tasks of this kind stop before they do anything. */
    public synchronized void hold(TaskKind kind) {
        holding.add(kind);
    }

    /** Waits until so many more tasks of this kind have stopped. */
    public void awaitHeld(TaskKind kind, int tasks) throws InterruptedException {
        if (!arrived.get(kind).tryAcquire(tasks, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("no " + tasks + " " + kind + " tasks in " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Lets tasks of this kind go on, those that have stopped on the calling thread. */
    public void release(TaskKind kind) {
        List<Runnable> waiting;
        synchronized (this) {
            holding.remove(kind);
            waiting = List.copyOf(held.get(kind));
            held.get(kind).clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** Lets the first stopped task of this kind go on. */
    public void releaseOne(TaskKind kind) {
        Runnable first;
        synchronized (this) {
            first = held.get(kind).remove(0);
        }
        first.run();
    }

    /** Stores and loads of this key fail. */
    public void fail(ObjectKey key) {
        failing.add(key);
    }

    public long locks() {
        return index().locks();
    }

    public boolean holds(ObjectKey key) {
        return index().contains(key);
    }

    private void orHold(Task task, Runnable move) {
        synchronized (this) {
            if (holding.contains(task.kind())) {
                held.get(task.kind()).add(move);
                arrived.get(task.kind()).release();
                return;
            }
        }
        move.run();
    }

    @Override
    protected void store(StoreTask task) {
        synchronized (this) {
            stores.add(task.keys());
            task.context().ifPresent(contexts::add);
        }
        orHold(task, () -> {
            for (int i = 0; i < task.size(); i++) {
                ObjectKey key = task.keys().get(i);
                if (failing.contains(key)) {
                    task.note(ErrorCode.INJECTED, "told to fail");
                    continue;
                }
                ByteBuffer chunk = ByteBuffer.allocateDirect(task.length(i));
                boolean read = task.read(i, view -> chunk.duplicate().put(view));
                boolean moved = read && task.commit(i, chunk.capacity(), () ->
                        index().publish(key, chunk.capacity(), 0, 0, chunk));
                if (!moved) {
                    task.commit(i, 0, () -> index().contains(key));
                }
            }
            task.complete();
        });
    }

    @Override
    protected void lookup(LookupTask task) {
        orHold(task, task::completeLocking);
    }

    @Override
    protected void load(LoadTask task) {
        synchronized (this) {
            loads.addAll(task.keys());
        }
        orHold(task, () -> {
            for (int i = 0; i < task.size(); i++) {
                ObjectKey key = task.keys().get(i);
                if (failing.contains(key)) {
                    continue;
                }
                int at = i;
                index().pin(key).ifPresent(pin -> {
                    try (ObjectIndex<ByteBuffer>.Pin open = pin) {
                        if (task.write(at, view -> view.put(open.value().duplicate()))) {
                            task.loaded(at, open.bytes());
                        }
                    }
                });
            }
            task.complete();
        });
    }

    /** @return one bit for each key that is held */
    public Bitmap has(List<ObjectKey> keys) {
        return index().held(keys);
    }
}
