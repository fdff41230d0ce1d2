package org.kvdock.host;

import java.util.Objects;
import java.util.Optional;
import org.kvdock.l2.Bitmap;

/**
 * What came of storing one request. Bitmaps have one bit for each of its keys, in order; treat them as read-only.
 *
 * @param requestId the request's name
 * @param stored keys that every targeted adapter has; no bit if there was no target
 * @param moved keys whose bytes were really moved to at least one adapter; the rest of {@code stored} was there already
 * @param bytesMoved bytes that were really moved, all adapters together
 * @param error the first failure in one line, with the adapter's name; empty if every targeted adapter succeeded
 */
public record RequestStored(String requestId, Bitmap stored, Bitmap moved, long bytesMoved, Optional<String> error) {
    public RequestStored {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(stored, "stored");
        Objects.requireNonNull(moved, "moved");
        Objects.requireNonNull(error, "error");
    }
}
