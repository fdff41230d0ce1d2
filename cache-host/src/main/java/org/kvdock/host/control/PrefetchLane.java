package org.kvdock.host.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What the prefetch controller has for one adapter. Confined to its thread. */
final class PrefetchLane {
    final Berth berth;
    /** Not accepted yet, in order. */
    final Deque<PrefetchTask> waiting = new ArrayDeque<>();
    /** Accepted and not fetched, by task id. */
    final Map<Long, PrefetchTask> lookups = new HashMap<>();
    final Map<Long, PrefetchTask> loads = new HashMap<>();
    final StoreLane.Retry retry = new StoreLane.Retry();

    PrefetchLane(Berth berth) {
        this.berth = berth;
    }

    boolean isRunning() {
        return !lookups.isEmpty() || !loads.isEmpty();
    }
}
