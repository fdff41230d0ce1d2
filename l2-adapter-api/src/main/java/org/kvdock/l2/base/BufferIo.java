package org.kvdock.l2.base;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads or writes a task's buffer while it may be touched (R7).
 *
 * @param <E> what it may throw
 */
@ConsumerType
@FunctionalInterface
public interface BufferIo<E extends Exception> {
    /**
     * @param view a fresh view of the chunk, position 0, limit its length; must not be kept after the call
     * @throws E as the I/O does
     */
    void run(ByteBuffer view) throws E;
}
