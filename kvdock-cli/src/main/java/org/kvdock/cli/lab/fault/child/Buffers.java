package org.kvdock.cli.lab.fault.child;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.KvBuffer;

/**
 * Buffers of one task, from a pool of all actors: given back after the completion and used again at once, so that an
 * adapter that touches them later damages somebody's bytes, which is seen (R7). Safe for all threads; the pool is guarded
 * by its own monitor.
 */
final class Buffers implements AutoCloseable {
    private static final Map<Integer, ArrayDeque<KvBuffer>> POOL = new HashMap<>();

    private final int bytes;
    private final List<KvBuffer> list;

    private Buffers(int bytes, List<KvBuffer> list) {
        this.bytes = bytes;
        this.list = list;
    }

    static Buffers none() {
        return new Buffers(0, List.of());
    }

    static Buffers take(int count, int bytes) {
        List<KvBuffer> list = new ArrayList<>(count);
        synchronized (POOL) {
            ArrayDeque<KvBuffer> free = POOL.computeIfAbsent(bytes, length -> new ArrayDeque<>());
            for (int i = 0; i < count; i++) {
                KvBuffer used = free.poll();
                list.add(used == null ? KvBuffer.allocate(bytes) : used);
            }
        }
        return new Buffers(bytes, List.copyOf(list));
    }

    List<KvBuffer> list() {
        return list;
    }

    /** Gives them back; once. */
    @Override
    public void close() {
        synchronized (POOL) {
            if (!list.isEmpty()) {
                POOL.get(bytes).addAll(list);
            }
        }
    }
}
