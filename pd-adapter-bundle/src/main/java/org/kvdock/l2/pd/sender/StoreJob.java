package org.kvdock.l2.pd.sender;

import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.base.StoreTask;

/** A store task and its transfers, one for each rank that its keys name. For the reactor's thread. */
final class StoreJob {
    private final StoreTask task;
    private final List<Part> parts = new ArrayList<>();
    private int open;

    /** One transfer and the link that it goes over. */
    record Part(PeerLink link, Transfer transfer) {}

    StoreJob(StoreTask task) {
        this.task = task;
    }

    StoreTask task() {
        return task;
    }

    void add(PeerLink link, Transfer transfer) {
        parts.add(new Part(link, transfer));
        open++;
    }

    void start() {
        parts.forEach(part -> part.link().begin(part.transfer(), this::ended));
    }

    private void ended() {
        if (--open == 0) {
            // Fails by itself, with the cause that was noted, if a key is not stored.
            task.complete();
        }
    }

    /** The task has ended by other means. */
    void abandon() {
        if (open > 0) {
            parts.forEach(part -> part.link().abandon(part.transfer()));
        }
    }
}
