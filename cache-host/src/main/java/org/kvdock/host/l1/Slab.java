package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/** One piece of off-heap memory and which of its ranges are free. Guarded by the lock of the L1 that it belongs to. */
final class Slab {
    final int id;
    final ByteBuffer memory;
    /** Free ranges by offset; neighbours are always joined. */
    final TreeMap<Integer, Range> free = new TreeMap<>();

    /** Bytes [offset, offset + length) of a slab. */
    record Range(Slab slab, int offset, int length) {}

    Slab(int id, ByteBuffer memory) {
        this.id = id;
        this.memory = memory;
    }

    int size() {
        return memory.capacity();
    }

    /** A wholly free slab is one free range. */
    boolean isEmpty() {
        return free.size() == 1 && free.firstEntry().getValue().length() == size();
    }
}
