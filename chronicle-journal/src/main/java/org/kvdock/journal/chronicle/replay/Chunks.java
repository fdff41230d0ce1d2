package org.kvdock.journal.chronicle.replay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;

/**
 * Buffers for replayed tasks, used again. The journal tells a task's bytes together, not each chunk's: a store's are
 * taken to be equally long, and a load asks for what this replay has stored. For one thread.
 */
final class Chunks {
    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private final Map<ObjectKey, Integer> stored = new HashMap<>();

    /** One task's buffers, to be given back when it has ended. */
    record Held(List<ByteBuffer> memory, List<KvBuffer> chunks) {
        static final Held NONE = new Held(List.of(), List.of());
    }

    Held forStore(List<ObjectKey> keys, long bytes) {
        Held held = take(equally(keys.size(), bytes));
        for (int i = 0; i < keys.size(); i++) {
            Payload.fill(keys.get(i), held.chunks().get(i).view());
            stored.put(keys.get(i), held.chunks().get(i).length());
        }
        return held;
    }

    Held forLoad(List<ObjectKey> keys, long bytes) {
        int[] lengths = new int[keys.size()];
        long sum = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = stored.getOrDefault(keys.get(i), -1);
            sum += lengths[i];
        }
        return take(sum == bytes ? lengths : equally(keys.size(), bytes));
    }

    /** @return whether this replay has stored the key, and so knows its bytes */
    boolean knows(ObjectKey key) {
        return stored.containsKey(key);
    }

    void forget(ObjectKey key) {
        stored.remove(key);
    }

    void forgetAll() {
        stored.clear();
    }

    void giveBack(Held held) {
        for (ByteBuffer memory : held.memory()) {
            free.computeIfAbsent(memory.capacity(), length -> new ArrayDeque<>()).push(memory);
        }
    }

    private Held take(int[] lengths) {
        List<ByteBuffer> memory = new ArrayList<>(lengths.length);
        List<KvBuffer> chunks = new ArrayList<>(lengths.length);
        for (int length : lengths) {
            Deque<ByteBuffer> spare = free.get(Math.max(0, length));
            ByteBuffer one = spare == null || spare.isEmpty() ? ByteBuffer.allocateDirect(Math.max(0, length)) : spare.pop();
            memory.add(one);
            chunks.add(KvBuffer.of(one.clear()));
        }
        return new Held(memory, chunks);
    }

    private static int[] equally(int count, long bytes) {
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = (int) Math.min(Integer.MAX_VALUE - 8, bytes / count + (i < bytes % count ? 1 : 0));
        }
        return lengths;
    }
}
