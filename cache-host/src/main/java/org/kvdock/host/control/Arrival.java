package org.kvdock.host.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.kvdock.host.l1.L1Entry;

/** A chunk that is being loaded into L1, and the requests that wait for it. Confined to the prefetch controller's thread. */
final class Arrival {
    final L1Entry reservation;
    final List<Waiter> waiters = new ArrayList<>();
    /** Other adapters that have it too, in the order in which they are tried; each holds one lock for it, and counts as work. */
    final Deque<Berth> alternates = new ArrayDeque<>();

    /** A request that wants this chunk at a position. */
    record Waiter(PrefetchJob job, int position) {}

    Arrival(L1Entry reservation) {
        this.reservation = reservation;
    }

    /** Those whose request has not completed meanwhile. */
    List<Waiter> awake() {
        return waiters.stream().filter(waiter -> !waiter.job().isDone()).toList();
    }
}
