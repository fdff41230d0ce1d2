package org.kvdock.host;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Writes one request's chunks into L1 and sends them to L2. For one thread. */
@ProviderType
public interface RequestWriter {
    /** @return how many leading keys were in L1 when the request was started; they need no {@link #put} */
    int prefixHits();

    /**
     * Writes one chunk, or touches it if L1 holds it already. At capacity the least recently used chunk that nobody has
     * locked leaves for it, one for one. Afterwards the chunk is readable, and locked until the request is stored.
     *
     * @param index the next position: from {@link #prefixHits()} on, in order
     * @param fill writes the whole view, position 0 and limit the chunk's length; its bytes are whatever they were. The
     *     view must not be kept. What it throws leaves the chunk unwritten
     * @return whether the chunk was new; false: L1 held it, and {@code fill} was not called
     * @throws L1FullException if there is no room and everything in L1 is locked; the same put may be tried again
     * @throws IllegalStateException for another index than the next, after finish or abort, or when the write lease is over
     */
    boolean put(int index, Consumer<ByteBuffer> fill);

    /**
     * Hands all keys of the request, prefix hits too, to the store controller, as one whole request. Keys that were not
     * put are left out of L1 and L2, and the request is cut there.
     *
     * @return completes normally when every targeted adapter has finished, whatever came of it; the chunks' locks are
     *     released by then
     * @throws IllegalStateException after finish or abort, or when the write lease is over
     */
    CompletionStage<RequestStored> finish();

    /** Gives up: what was put stays in L1, unlocked, and nothing is stored. Does nothing after finish or abort. */
    void abort();
}
