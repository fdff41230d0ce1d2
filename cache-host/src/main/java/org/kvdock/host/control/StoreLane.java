package org.kvdock.host.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What the store controller has for one adapter. Confined to its thread. */
final class StoreLane {
    final Berth berth;
    /** Not accepted yet, in order: the first one was refused for back-pressure, or the adapter is not reached yet. */
    final Deque<StoreJob.Piece> waiting = new ArrayDeque<>();
    /** Accepted and not fetched, by task id. */
    final Map<Long, StoreJob.Piece> running = new HashMap<>();
    final Retry retry = new Retry();
    final Retry lookAgain = new Retry();

    StoreLane(Berth berth) {
        this.berth = berth;
    }
}
