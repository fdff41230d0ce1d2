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
    final Running lookups = new Running();
    final Running loads = new Running();
    final Retry retry = new Retry();

    /** Tasks of one kind. */
    static final class Running {
        /** Accepted and not fetched, by task id. */
        final Map<Long, PrefetchTask> tasks = new HashMap<>();
        final Retry lookAgain = new Retry();
    }

    PrefetchLane(Berth berth) {
        this.berth = berth;
    }

    boolean isRunning() {
        return !lookups.tasks.isEmpty() || !loads.tasks.isEmpty();
    }
}
