package org.kvdock.host;

import java.util.List;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides where requests are stored. A service: the one with the highest ranking is asked, the default if there is none.
 * Called on the store controller's thread, with no lock held; must not block. What it throws fails the request and
 * nothing else.
 */
@ConsumerType
public interface StorePolicy {
    /** Stores on all docked adapters, deletes nothing. */
    StorePolicy DEFAULT = new StorePolicy() {
        @Override
        public List<DockedAdapter> targets(String requestId, List<ObjectKey> keys, List<DockedAdapter> docked) {
            return docked;
        }
    };

    /**
     * @param requestId the request
     * @param keys its chunks in order
     * @param docked the adapters that there are, in the order in which they were docked
     * @return those of them that get the request; may be empty
     */
    List<DockedAdapter> targets(String requestId, List<ObjectKey> keys, List<DockedAdapter> docked);

    /**
     * Which chunks L1 gives up once they are stored. Asked when every target has finished; whatever is answered, only
     * chunks that are {@link RequestStored#stored()} and that nobody else holds are deleted.
     *
     * @param keys the request's chunks in order
     * @param outcome what came of storing them
     * @return one bit for each chunk to delete
     */
    default Bitmap deletions(List<ObjectKey> keys, RequestStored outcome) {
        return new Bitmap(keys.size());
    }
}
