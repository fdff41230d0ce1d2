package org.kvdock.l2;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the host's own memory (L1) holds, for adapters that would otherwise fetch it again: a PD receiver answers
 * "already here" for chunks that have left its staging. The host registers one as a service. Safe for all threads;
 * no call blocks.
 *
 * <p>Implemented by hosts, called by adapters: a new method is a minor version, which hosts must follow.
 */
@ProviderType
public interface Holdings {
    /** A host that holds nothing. */
    Holdings NONE = new Holdings() {
        @Override
        public Bitmap pin(String requestId, List<ObjectKey> keys) {
            return new Bitmap(keys.size());
        }

        @Override
        public void unpin(String requestId) {}

        @Override
        public AutoCloseable onUnpin(Consumer<String> listener) {
            return () -> {};
        }
    };

    /**
     * Pins those of the keys that L1 holds readable, so that they stay until the request is read. Pins of one request
     * add up over several calls and end together.
     *
     * @param requestId the request that will read them
     * @param keys any number, distinct
     * @return one bit for each key: held, and pinned from now on
     */
    Bitmap pin(String requestId, List<ObjectKey> keys);

    /**
     * Ends all pins of a request, because it has been read or given up. Harmless for a request without pins.
     *
     * @param requestId the request
     */
    void unpin(String requestId);

    /**
     * @param listener called with each request that is unpinned, also one that had no pins, on the thread that unpins;
     *     must not block
     * @return closes the registration
     */
    AutoCloseable onUnpin(Consumer<String> listener);
}
