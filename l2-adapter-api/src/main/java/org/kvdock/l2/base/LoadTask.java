package org.kvdock.l2.base;

import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;

/** A load: bytes go from L2 to the caller's buffers. Keys that could not be loaded keep bit 0; the task still succeeds. */
public final class LoadTask extends Task {
    private final int[] lengths;
    private volatile List<KvBuffer> objects;

    LoadTask(TaskBook book, List<ObjectKey> keys, List<KvBuffer> objects, long bytes) {
        super(book, TaskKind.LOAD, keys, bytes);
        this.objects = objects;
        this.lengths = Arguments.lengths(objects);
    }

    /**
     * @param index position of a key
     * @return the caller's buffer's length in bytes; a longer chunk must not be loaded
     */
    public int length(int index) {
        return lengths[index];
    }

    /**
     * Writes a chunk into the caller's buffer. While the I/O runs the task does not complete, so keep it short.
     *
     * @param index position of a key
     * @param io writes into the view, from position 0
     * @return false, without having run the I/O, if the task has ended and its buffers may not be touched any more
     * @throws E as the I/O does
     */
    public <E extends Exception> boolean write(int index, BufferIo<E> io) throws E {
        if (!enter()) {
            return false;
        }
        try {
            io.run(objects.get(index).view());
            return true;
        } finally {
            leave();
        }
    }

    /**
     * All bytes of a key are in the caller's buffer, and verified.
     *
     * @param index position of a key
     * @param bytes the chunk's length
     */
    public void loaded(int index, long bytes) {
        markDone(index, bytes);
    }

    @Override
    boolean succeeds(Bitmap bits) {
        return true;
    }

    @Override
    void dropBuffers() {
        objects = List.of();
    }
}
