package org.kvdock.host;

import java.util.concurrent.CompletionStage;
import org.kvdock.l2.Bitmap;
import org.osgi.annotation.versioning.ProviderType;

/** A prefetch under way. Safe for all threads. */
@ProviderType
public interface PrefetchTicket {
    /**
     * What will be here if nothing fails: known once the adapters have answered, before anything has been loaded.
     *
     * @return completes normally with one bit for each chunk that is in L1 already or on its way, no later than
     *     {@link #ready()}; treat it as read-only
     */
    CompletionStage<Bitmap> expected();

    /** @return completes normally by the deadline, also when nothing was found; what it gives must be closed */
    CompletionStage<Prefetched> ready();
}
