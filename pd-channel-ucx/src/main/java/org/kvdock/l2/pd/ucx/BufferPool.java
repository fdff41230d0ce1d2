package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory of sending ends that have gone. The next ones take it: left to the collector it would be freed when the heap is
 * short, however little is left outside of it. It holds as much as was in use at once at the most. Guarded by its monitor.
 */
final class BufferPool {
    private final Deque<PieceBuffers.Memory> free = new ArrayDeque<>();
    private int allocated;

    /** @return memory for one end. @throws IOException if there is none */
    synchronized PieceBuffers take() throws IOException {
        PieceBuffers.Memory memory = free.poll();
        if (memory == null) {
            try {
                memory = PieceBuffers.Memory.allocate();
            } catch (OutOfMemoryError e) {
                throw new IOException("no memory for pieces: " + e.getMessage());
            }
            allocated++;
        }
        return new PieceBuffers(memory, this);
    }

    synchronized void giveBack(PieceBuffers.Memory memory) {
        free.push(memory);
    }

    /** @return how often there was nothing to take again */
    synchronized int allocated() {
        return allocated;
    }
}
