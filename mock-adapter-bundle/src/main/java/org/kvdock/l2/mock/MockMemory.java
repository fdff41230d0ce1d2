package org.kvdock.l2.mock;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The mock's off-heap memory: counts what is taken against the capacity, and keeps what was given back for the next
 * chunk of the same length, since the JVM frees off-heap memory only when the collector happens to run.
 *
 * <p>All fields are guarded by this object's monitor; only memory is taken under it.
 */
final class MockMemory {
    private final long capacity;
    private final Map<Integer, Deque<ByteBuffer>> spare = new HashMap<>();
    private long taken;
    private long spareBytes;

    MockMemory(long capacity) {
        this.capacity = capacity;
    }

    long capacity() {
        return capacity;
    }

    /** @return memory of that length with any content, or null if there is no room */
    synchronized ByteBuffer take(int length) {
        if (length > capacity - taken) {
            return null;
        }
        Deque<ByteBuffer> fitting = spare.get(length);
        ByteBuffer memory;
        if (fitting != null) {
            memory = fitting.pop();
            spareBytes -= length;
            if (fitting.isEmpty()) {
                spare.remove(length);
            }
        } else {
            dropSpare(capacity - taken - length);
            memory = ByteBuffer.allocateDirect(length);
        }
        taken += length;
        return memory;
    }

    /** @param memory what {@link #take} gave; nobody reads or writes it any more */
    synchronized void give(ByteBuffer memory) {
        int length = memory.capacity();
        taken -= length;
        if (length > 0) {
            spare.computeIfAbsent(length, any -> new ArrayDeque<>()).push(memory);
            spareBytes += length;
        }
    }

    // What is taken and what is spare together stay within the capacity.
    private void dropSpare(long most) {
        Iterator<Deque<ByteBuffer>> lengths = spare.values().iterator();
        while (spareBytes > most && lengths.hasNext()) {
            Deque<ByteBuffer> alike = lengths.next();
            while (spareBytes > most && !alike.isEmpty()) {
                spareBytes -= alike.pop().capacity();
            }
            if (alike.isEmpty()) {
                lengths.remove();
            }
        }
    }
}
