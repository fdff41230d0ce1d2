package org.kvdock.cli.lab.crash.child;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.TaskKind;

/** One calling thread. Its calls are drawn from the load's seed and its own number. */
final class Caller implements Runnable {
    private static final long BACK_OFF_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Load load;
    private final L2Adapter adapter;
    private final Diary diary;
    private final LoadSettings settings;
    private final int thread;
    private final SplittableRandom random;
    private final ByteBuffer memory;

    Caller(Load load, L2Adapter adapter, Diary diary, LoadSettings settings, int thread) {
        this.load = load;
        this.adapter = adapter;
        this.diary = diary;
        this.settings = settings;
        this.thread = thread;
        this.random = new SplittableRandom(settings.seed() + thread).split();
        // Shared by this thread's tasks: what the bytes are does not matter here.
        this.memory = ByteBuffer.allocateDirect(Math.max(1, settings.chunkBytes()));
    }

    @Override
    public void run() {
        for (int call = 0; call < settings.calls() && load.isCalling(); call++) {
            try {
                call();
            } catch (L2Exception e) {
                diary.refused(thread, e);
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
    }

    private void call() {
        int draw = random.nextInt(settings.stores() + settings.lookups() + settings.loads() + settings.unlocks()
                + settings.fetches() + settings.deletes());
        if ((draw -= settings.stores()) < 0) {
            store();
        } else if ((draw -= settings.lookups()) < 0) {
            List<Integer> keys = someKeys(2 * settings.keys());
            diary.submitting(thread, TaskKind.LOOKUP, keys, 0);
            load.lookedUp(new Load.Pending(
                    accepted(() -> adapter.submitLookupAndLockTask(LabKeys.keys(keys))), keys));
        } else if ((draw -= settings.loads()) < 0) {
            List<Integer> keys = someKeys(2 * settings.keys());
            List<KvBuffer> buffers = buffers(keys.size(), () -> settings.chunkBytes());
            diary.submitting(thread, TaskKind.LOAD, keys, bytes(buffers));
            load.loading(new Load.Pending(
                    accepted(() -> adapter.submitLoadTask(LabKeys.keys(keys), buffers)), keys));
        } else if ((draw -= settings.unlocks()) < 0) {
            unlock();
        } else if ((draw -= settings.fetches()) < 0) {
            fetch();
        } else {
            delete();
        }
    }

    private void store() {
        List<Integer> keys = someKeys(settings.keys());
        List<KvBuffer> buffers = buffers(keys.size(), () -> random.nextInt(settings.chunkBytes() + 1));
        diary.submitting(thread, TaskKind.STORE, keys, bytes(buffers));
        accepted(() -> adapter.submitStoreTask(LabKeys.keys(keys), buffers));
        load.storing();
    }

    private long accepted(LongSupplier submit) {
        long id = submit.getAsLong();
        diary.accepted(thread, id);
        return id;
    }

    // Locks that were got; or else keys that nobody ever stores, which is harmless (R9).
    private void unlock() {
        List<Integer> keys = load.takeHeld();
        if (keys == null) {
            keys = List.of(LabKeys.NEVER_STORED + random.nextInt(settings.keys()));
        }
        diary.unlocking(thread, keys);
        adapter.submitUnlock(LabKeys.keys(keys));
        diary.over(thread);
    }

    private void fetch() {
        switch (random.nextInt(3)) {
            case 0 -> load.pop(thread);
            case 1 -> load.fetch(thread, TaskKind.LOOKUP);
            default -> load.fetch(thread, TaskKind.LOAD);
        }
    }

    private void delete() {
        List<Integer> keys = someKeys(settings.keys());
        diary.deleting(thread, keys);
        Bitmap deleted = adapter.delete(LabKeys.keys(keys));
        diary.over(thread, deleted);
    }

    // A run of neighbours mostly, as a request's chunks are; now and then one key twice, or none.
    private List<Integer> someKeys(int below) {
        int count = random.nextInt(settings.keysPerTask() + 1);
        int first = random.nextInt(below);
        List<Integer> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(random.nextInt(8) == 0 ? random.nextInt(below) : (first + i) % below);
        }
        return keys;
    }

    /** Draws a length. */
    private interface Length {
        int next();
    }

    private List<KvBuffer> buffers(int count, Length length) {
        List<KvBuffer> buffers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            buffers.add(KvBuffer.of(memory, 0, length.next()));
        }
        return buffers;
    }

    private static long bytes(List<KvBuffer> buffers) {
        long bytes = 0;
        for (KvBuffer buffer : buffers) {
            bytes += buffer.length();
        }
        return bytes;
    }
}
