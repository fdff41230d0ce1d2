package org.kvdock.host.control;

import java.time.Duration;
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

    StoreLane(Berth berth) {
        this.berth = berth;
    }

    /** Pauses between tries where no completion of ours will come to tell that there is room again. */
    static final class Retry {
        private static final Duration FIRST = Duration.ofMillis(2);
        private static final Duration LONGEST = Duration.ofMillis(250);
        private Duration pause = FIRST;
        private boolean armed;

        void reset() {
            pause = FIRST;
        }

        void arm(ControllerLoop loop, Runnable again) {
            if (!armed) {
                armed = true;
                loop.after(pause, () -> {
                    armed = false;
                    again.run();
                });
                pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
            }
        }
    }
}
