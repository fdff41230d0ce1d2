package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.kvdock.l2.KvBuffer;

/** A chunk's buffer in the middle of memory with a known pattern around it, so that a stray write shows (R7). */
public final class GuardedMemory {
    private static final int GUARD = 64;
    private static final byte PATTERN = (byte) 0xA5;
    /** Where this thread itself does not run for a while a watch has not seen much. */
    private static final int LEAST_LOOKS = 20;

    private final ByteBuffer memory;
    private final KvBuffer buffer;

    /** @param length the buffer's length; it begins as pattern, too */
    public GuardedMemory(int length) {
        memory = ByteBuffer.allocateDirect(length + 2 * GUARD);
        buffer = KvBuffer.of(memory, GUARD, length);
        fillWithPattern();
    }

    public KvBuffer buffer() {
        return buffer;
    }

    /** Makes the whole memory pattern again. */
    public void fillWithPattern() {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, PATTERN);
        }
    }

    /** Fails unless the buffer begins with these bytes and everything behind and around them is pattern. */
    public void assertHolds(byte[] content) {
        byte[] expected = new byte[memory.capacity()];
        Arrays.fill(expected, PATTERN);
        System.arraycopy(content, 0, expected, GUARD, content.length);
        byte[] found = new byte[memory.capacity()];
        memory.get(0, found);
        assertArrayEquals(expected, found, "memory with " + GUARD + " guard bytes before the buffer");
    }

    /** Fails if any byte changes while this watches; for the claim that nobody writes any more. */
    public void assertUntouchedFor(Duration watch) {
        long end = System.nanoTime() + watch.toNanos();
        int looks = 0;
        do {
            for (int i = 0; i < memory.capacity(); i++) {
                assertEquals(PATTERN, memory.get(i), "byte " + (i - GUARD) + " of a buffer whose task has ended");
            }
            LockSupport.parkNanos(1_000_000);
        } while (++looks < LEAST_LOOKS || end - System.nanoTime() > 0);
    }
}
